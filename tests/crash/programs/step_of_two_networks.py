# truth: optimizers of Keras 3 have no minimize, in an earlier cell
# check: "train_step" in type(gan).__dict__ and gan.d_opt.iterations.numpy() > 0
# %%
import numpy as np, keras, tensorflow as tf
from keras import layers
real = np.random.default_rng(12).normal(size=(32, 2)).astype("float32")
class Gan(keras.Model):
    def __init__(self):
        super().__init__()
        self.disc = keras.Sequential([layers.Dense(4, activation="relu"), layers.Dense(1)])
        self.gen = keras.Sequential([layers.Dense(2)])
    def compile(self, d_opt):
        super().compile()
        self.d_opt = d_opt
    def call(self, z):
        return self.disc(self.gen(z))
    def train_step(self, x):
        z = tf.random.normal((tf.shape(x)[0], 3))
        with tf.GradientTape() as tape:
            d_loss = tf.reduce_mean(self.disc(self.gen(z))) - tf.reduce_mean(self.disc(x))
        self.d_opt.minimize(d_loss, self.disc.trainable_variables, tape=tape)
        return {"d_loss": d_loss}
# %% diag
gan = Gan()
gan.compile(keras.optimizers.Adam(1e-3))
gan.fit(real, epochs=1, batch_size=16, verbose=0)
