# truth: an optimizer of Keras 3 has no minimize
# check: "train_step" in type(t).__dict__ and t.optimizer.iterations.numpy() > 0
# %%
import numpy as np, tensorflow as tf
x = np.random.rand(40, 3).astype("float32"); y = x.sum(1, keepdims=True)
# %% diag
class Trainer(tf.keras.Model):
    def __init__(self, net):
        super().__init__()
        self.net = net
    def call(self, a):
        return self.net(a)
    def train_step(self, data):
        a, b = data
        with tf.GradientTape() as g:
            cost = tf.reduce_mean((self.net(a, training=True) - b) ** 2)
        self.optimizer.minimize(cost, self.net.trainable_weights, tape=g)
        return {"cost": cost}
t = Trainer(tf.keras.Sequential([tf.keras.layers.Dense(1)]))
t.compile("sgd")
t.fit(x, y, epochs=1, verbose=0)
