"""Changes on live objects: a training made again, tried and compared with what it was."""
