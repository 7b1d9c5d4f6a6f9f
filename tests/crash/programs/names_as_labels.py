# truth: string labels
# check: m.optimizer.iterations.numpy() > 0 and m.output_shape[-1] == 3
# %%
import pandas as pd, numpy as np
rs = np.random.RandomState(2)
iris = pd.DataFrame(rs.randn(150, 4), columns=list("abcd")); iris["species"] = np.repeat(["setosa", "versicolor", "virginica"], 50)
# %% diag
from keras.models import Sequential
from keras.layers import Dense
m = Sequential([Dense(10, activation="relu"), Dense(3, activation="softmax")])
m.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
m.fit(iris[list("abcd")], iris["species"], epochs=2, verbose=0)
