"""Changes of the text alone: no live training can have them, and none is compared."""

from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import (
    AddCompile,
    Call,
    CallOfKeras,
    Change,
    ConvertData,
    InsertBesideCall,
    InsertFirst,
    SetCallArgument,
    SetInputShape,
    WriteForKeras3,
    WriteInPlace,
)

CALL = Call("Dense", 1, 2, 0)
DESCRIBED: dict[str, Change] = {
    "set units of Dense to 3": SetCallArgument(CALL, "units", "3"),
    "set the first argument of Dense to 3": SetCallArgument(CALL, "", "3"),
    "call keras.ops.mean instead of Dense": CallOfKeras(CALL, "mean"),
    "insert Reshape((4, 1)) before the layer 'Dense'": InsertBesideCall(
        "Reshape", CALL, values=(4, 1)
    ),
    "insert Dense(units=2) after the layer 'Dense'": InsertBesideCall(
        "Dense", CALL, before=False, arguments={"units": 2}
    ),
    "declare the input shape (8,)": SetInputShape((8,)),
    "insert Permute((2, 1)) as the first layer": InsertFirst("Permute", (2, 1)),
    "convert the inputs (squeeze 1)": ConvertData("inputs", "squeeze", 1),
    "call compile(optimizer='adam', loss='mse') before fit": AddCompile("mse"),
    "insert import numpy in line 4": WriteInPlace(CallSite(1, 4, 0, 4, 0), "", "import numpy\n"),
    "write y for x in line 4": WriteInPlace(CallSite(1, 4, 0, 4, 1), "x", "y"),
    "write the calls of Keras 2 as Keras 3 knows them": WriteForKeras3(),
}
