"""Notebooks for the tests of `check`, as text."""

import json

IMPORTS = "import keras\nfrom keras import layers\n"
FAULTY = (
    IMPORTS,
    "model = keras.Sequential([\n    layers.Dense(8, activation='relu'),  # hidden\n    layers.Dense(1),\n])",
    (
        "model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])\n"
        "model.fit(x, y, epochs=2, validation_split=0.1)"
    ),
)
SOUND = (IMPORTS, FAULTY[1].replace("Dense(1)", "Dense(1, activation='sigmoid')"), FAULTY[2])


def notebook(*sources, indent=1, lines=True, **metadata):
    cells = [{"cell_type": "markdown", "id": "m0", "metadata": {}, "source": ["# Überschrift"]}]
    for place, source in enumerate(sources, 1):
        parts = [f"{line}\n" for line in source.split("\n")]
        parts[-1] = parts[-1][:-1]
        cells.append(
            {
                "cell_type": "code",
                "execution_count": place,
                "id": f"c{place}",
                "metadata": {"tags": ["kept"]},
                "outputs": [{"name": "stdout", "output_type": "stream", "text": ["loss: 0.5\n"]}],
                "source": parts if lines else source,
            }
        )
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=indent, ensure_ascii=False) + "\n"


def old_notebook(*sources):
    cells = [
        {"cell_type": "code", "collapsed": False, "input": source, "language": "python"}
        | {"metadata": {}, "outputs": [], "prompt_number": 4}
        for source in sources
    ]
    return json.dumps(
        {
            "metadata": {"name": ""},
            "nbformat": 3,
            "nbformat_minor": 0,
            "worksheets": [{"cells": cells}],
        }
    )
