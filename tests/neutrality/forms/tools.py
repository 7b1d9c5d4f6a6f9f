"""Other tools around fit in the same process: trackers, tuners, wrappers of scikit-learn."""

from tests.neutrality.forms.form import FIT, MAGIC, NEXT, Form

MLFLOW = "import mlflow, logging, warnings\nwarnings.simplefilter('ignore', DeprecationWarning)\nlogging.getLogger('mlflow').setLevel('ERROR'); logging.getLogger('alembic').setLevel('ERROR')\nmlflow.set_tracking_uri('sqlite:///tracked.db')\nmlflow.tensorflow.autolog(silent=True, log_models=False, log_datasets=False)\n"
TRACKED = "runs = mlflow.search_runs(output_format='list')\ntracked = [(sorted(r.data.params), sorted(r.data.metrics), r.info.status) for r in runs]\nruns = None\nmlflow.tensorflow.autolog(disable=True)\n"
TUNER = "import keras_tuner\ndef made(hp):\n    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(hp.Int('width', 2, 4)), keras.layers.Dense(1)])\n    model.compile('sgd', 'mse')\n    return model\ntuner = keras_tuner.RandomSearch(made, 'loss', max_trials=2, directory='tuned', seed=1)\ntuner.search(x, y, verbose=0)\nbest = tuner.get_best_hyperparameters()[0].values\n"
OPTUNA = "import optuna\noptuna.logging.set_verbosity(optuna.logging.ERROR)\ndef objective(trial):\n    model = linear()\n    return model.fit(x, y, verbose=0, batch_size=trial.suggest_categorical('size', [16, 32])).history['loss'][-1]\nstudy = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))\nstudy.optimize(objective, n_trials=2)\nvalues = [(t.params, t.value) for t in study.trials]\n"
SKLEARN = "from keras.wrappers import SKLearnClassifier\nfrom sklearn.model_selection import cross_val_score\ndef made(X, y):\n    i = keras.Input((4,)); model = keras.Model(i, keras.layers.Dense(2, 'softmax')(i)); model.compile('sgd', 'categorical_crossentropy')\n    return model\nscores = cross_val_score(SKLearnClassifier(made, fit_kwargs={'verbose': 0}), x, y.astype(int), cv=2)\n"
SCIKERAS = "from scikeras.wrappers import KerasClassifier\nfrom sklearn.model_selection import cross_val_score\nscores = cross_val_score(KerasClassifier(net, epochs=1, verbose=0, random_state=1), x, y.astype(int), cv=2)\n"

# fmt: off
FORMS = (
    Form("scikit-learn", SKLEARN, needs=("sklearn",)),
    Form("pipeline of scikit-learn", "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler\nfrom keras.wrappers import SKLearnRegressor\npipe = make_pipeline(StandardScaler(), SKLearnRegressor(linear(), fit_kwargs={'verbose': 0}))\np = pipe.fit(x, y).predict(x)\n", needs=("sklearn",)),
    Form("scikeras", SCIKERAS, needs=("scikeras", "sklearn")),
    Form("keras-tuner", TUNER, needs=("keras_tuner",)),
    Form("Optuna", OPTUNA, needs=("optuna",)),
    Form("Optuna in threads", OPTUNA.replace("n_trials=2", "n_trials=2, n_jobs=2").replace("values = [(t.params, t.value)", "values = [t.state.name"), needs=("optuna",)),
    Form("MLflow before", MLFLOW + NEXT + f"{MAGIC}\n{FIT}" + NEXT + TRACKED, needs=("mlflow",)),
    Form("MLflow inside", MLFLOW + FIT + NEXT + "later = model.fit(x, y, verbose=0).history" + NEXT + TRACKED, needs=("mlflow",)),
    Form("MLflow switched off inside", MLFLOW + NEXT + f"{MAGIC}\n{FIT}mlflow.tensorflow.autolog(disable=True)" + NEXT + "later = model.fit(x, y, verbose=0).history" + NEXT + TRACKED, needs=("mlflow",)),
    Form("TensorBoard", "model = net()\nhistory = model.fit(x, y, epochs=2, verbose=0, callbacks=[keras.callbacks.TensorBoard('board', histogram_freq=1)])\nimport os\nfiles = sorted(os.listdir('board'))\n", needs=("tensorboard",)),
    Form("tqdm", "from tqdm import tqdm\nmodel = linear()\nheld = [model.fit(x, y, verbose=0).history for _ in tqdm(range(2), disable=True)]\n", needs=("tqdm",)),
)
