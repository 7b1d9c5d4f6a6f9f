"""Secrets are found by name, by form and by look; nothing else is taken for one."""

import json
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.privacy.masking import mask_secrets
from nbdiag.privacy.secrets import names_a_secret, secrets_in_code, secrets_in_prose
from nbdiag.privacy.settings import is_setting
from tests.recorded import FILES, groups

CODE = {
    "OPENAI_KEY = 'sk-live-SECRET-1'": {"sk-live-SECRET-1"},
    "password = 'hunter2'": {"hunter2"},
    "password: str = 'a b'": {"a b"},
    "dbPassword = 'hunter2'": {"hunter2"},
    "pin = 4711": {"4711"},
    "login(user, password='abc')": {"abc"},
    "os.environ['WANDB_API_KEY'] = \"0123456789abcdef\"": {"0123456789abcdef"},
    "os.environ.setdefault('API_TOKEN', 'x1')": {"x1"},
    "cfg = {'password': 'hunter2', 'loss': 'mse'}": {"hunter2"},
    "engine = 'postgresql://me:pw%21@db.host/x'": {"pw%21"},
    "c = 'Server=x;Password=qwe123;Database=d'": {"qwe123"},
    "u = 'https://h/x?api_key=QWE123&b=1'": {"QWE123"},
    "%env TOKEN=abc123": {"abc123"},
    "%env OPENAI_API_KEY my long key": {"my long key"},
    "!curl -H 'Authorization: Bearer abc.def-1234567' h": {"abc.def-1234567"},
    "!tool --password hunter2": {"hunter2"},
    "api_key = (\n    'abc-1'\n    'def-2'\n)": {"abc-1", "def-2"},
    "secret = f'{user}-zz9'": {"-zz9"},
    "if password == 'x1y2': pass": {"x1y2"},
    "x = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'": {"ghp_16C7e42F292c6912E7710c838347Ae178B4a"},
    "x = 'k9Qz7Lm2Xv4Bn8Rt6Wp1Yc3Hd5'": {"k9Qz7Lm2Xv4Bn8Rt6Wp1Yc3Hd5"},
}
HARMLESS = (
    "model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])",
    "layers.Dense(10, activation='relu', name='dense_with_a_very_long_name_1')",
    "layers.GlobalAveragePooling2D()",
    "max_tokens = 1000; num_secrets = 2000; key_dim = 64; pin_memory = True",
    "author = 'Ann'; tokenizer = 'bert-base-uncased'; sort_key = 'val_loss'; keyboard = 'qwerty'",
    "key = 'conv2d_12'; token = '<pad>'; monkey = 'abc123'",
    "sorted(runs, key=lambda run: run['loss'])",
    "password = getpass()",
    "api_key = os.environ['HOME']",
    "login(user, password=password)",
    "x = '/home/user/Data2023/Model3/run12/weights_final_2024_01_15.h5'",
    "x = 'model_k9Qz7Lm2Xv4Bn8Rt6Wp1Yc3Hd5.keras'",
    "x = 'resnet50v2imagenet21k run_20240115T123456Z_batch32_lr0001'",
    "x = '550e8400-e29b-41d4-a716-446655440000'",
    "x = sk_learn_pipeline_of_models",
    "# A basic convolutional network, the bearer documentation",
    "u = 'https://storage.googleapis.com/tensorflow/keras-applications/resnet/weights.h5'",
)


@pytest.mark.parametrize("code", CODE)
def test_a_secret_in_code(code):
    assert secrets_in_code(code) == CODE[code]


@pytest.mark.parametrize("code", HARMLESS)
def test_no_secret_in_code(code):
    assert secrets_in_code(code) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("login failed: password=hunter2 for user", {"hunter2"}),
        ("Invalid token: abc123def456", {"abc123def456"}),
        ("{'password': 'hunter'}", {"hunter"}),
        ("could not connect to redis://u:p4ss@h:6379/0", {"p4ss"}),
        ("Unexpected token: Dense", set()),
        ("password: must be a string", set()),
        ("Incorrect API key provided", set()),
        ("expected axis -1 of input shape to have value 784 of (None, 28, 28)", set()),
        ('Exception encountered when calling layer "global_average_pooling2d_1"', set()),
    ],
)
def test_a_message(text, found):
    assert secrets_in_prose(text) == found


EVERY = groups(FILES)


@pytest.mark.parametrize("group", EVERY)
def test_no_recorded_run_holds_a_secret(group):
    for path in EVERY[group]:
        plain = json.loads(path.read_text(encoding="utf-8"))
        assert mask_secrets(plain) is plain, path.stem


@pytest.mark.parametrize(
    ("alphabet", "length", "least"),
    [
        (string.ascii_letters + string.digits, 40, 0.95),
        (string.ascii_lowercase + string.digits, 40, 0.7),
        ("0123456789abcdef", 32, 1.0),
    ],
)
def test_random_texts_are_found_without_a_name(alphabet, length, least):
    dice = random.Random(7)
    texts = ["".join(dice.choices(alphabet, k=length)) for _ in range(500)]
    assert sum(secrets_in_code(f"x = '{text}'") == {text} for text in texts) >= least * 500


@given(st.text(max_size=200) | st.text(alphabet="key=:'\"() \\f{}ab1\n@/-", max_size=80))
def test_any_text_is_searched(text):
    assert all(secret in text for secret in secrets_in_code(text) | secrets_in_prose(text))


@given(st.text(alphabet=string.ascii_letters + string.digits + "!#$%&+-_.", min_size=4).filter(str))
def test_what_a_password_is_given_is_found(value):
    if not is_setting(value):
        assert value in secrets_in_code(f"db_password = {value!r}")


@pytest.mark.parametrize("name", ["", "_", "é", "KEY", "loss_key", "tokens", "Pinned", "max_pwd"])
def test_names_that_say_nothing(name):
    assert not names_a_secret(name)
