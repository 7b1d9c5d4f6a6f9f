"""Files to findings: notebooks and scripts judged by their text, for command line and assistants.

In reading order:

- ``program_file``: a notebook or script as cells, with their places in the file
- ``path_search``: which files a path, a folder or a pattern means
- ``configuration``: ``[tool.nbdiag]`` of a project
- ``suppression``: ``# nbdiag: ignore[NBD101]``
- ``finding_place``: where in a file a finding is
- ``file_verdict``: what is found in one file
- ``baseline``: findings that a project knows of
- ``file_repair``: the safe fixes of a file, written into it
- ``rule_list``: the rules, and one by its name
- ``package_version``: which nbdiag has judged
- ``stored_report``: the reports that the outputs of a notebook hold
- ``formats``: the verdict as text, JSON, Markdown, SARIF and annotations of GitHub
"""
