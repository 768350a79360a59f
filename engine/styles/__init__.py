"""The same network four times: procedural, as modules, as objects with a tape, and in PyTorch.

Each style is a module of code that runs; its values and adjoints are compared with a trace of the
same network, and its source says which line runs at each event of that trace.

    >>> from engine.run_spec import RunSpec
    >>> from engine.runs import run
    >>> from engine.styles.run import run_style
    >>> trace = run(RunSpec(network="feed-forward"))
    >>> procedural = run_style(trace, "procedural")
    >>> procedural.value_error < 1e-15, procedural.adjoint_error < 1e-15
    (True, True)
    >>> event = trace.events()[5]
    >>> trace.nodes[event.node].name, procedural.text[procedural.lines(event)[0]].strip()
    ('z', 'z = sigmoid(a)')
"""
