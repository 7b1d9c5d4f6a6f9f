"""What functions of the user's would change, judged by reading them: no call is made."""

import linecache
import marshal
import sys
import types

import numpy as np
import pytest

from nbdiag.syntax.effects.attributes import attribute
from nbdiag.syntax.effects.reader import effects_of

ACTING = {
    "a list of the cell": """\
calls=[]
def f(a,b):
    calls.append(1)
    return a-b
""",
    "print": """\
def f(a):
    print('x', a)
    return a
""",
    "a global": """\
n=0
def f(a):
    global n
    n += 1
    return a
""",
    "a variable of an outer function": """\
def make():
    n=0
    def f(a):
        nonlocal n
        n+=1
        return a
    return f
f=make()
""",
    "a default": """\
def f(a, seen=[]):
    seen.append(a)
    return a
""",
    "an entry": """\
d={}
def f(a):
    d['n']=d.get('n',0)+1
    return a
""",
    "another name of a list": """\
d=[]
def f(a):
    c=d
    c+=[1]
    return a
""",
    "next": """\
it=iter([1,2])
def f(a):
    return a*next(it)
""",
    "a loop over an iterator": """\
it=iter([1,2])
def f(a):
    for i in it: a=a+i
    return a
""",
    "a function that it calls": """\
calls=[]
def g(a):
    calls.append(1)
    return a
def f(a):
    return g(a)
""",
    "a lambda": """\
calls=[]
f = lambda a: (calls.append(1), a)[1]
""",
    "the first of two lambdas on a line": """\
calls=[]
f, g = (lambda a: calls.append(1)), (lambda a: a)
""",
    "an attribute of the class": """\
class C:
    n=0
    def __call__(self,a):
        C.n+=1
        return a
f=C()
""",
    "a list of its own": """\
class C:
    def __init__(self): self.h=[]
    def __call__(self,a):
        self.h.append(a)
        return a
f=C()
""",
    "getattr": """\
class C:
    def __init__(self): self.h=[]
    def __call__(self,a):
        getattr(self,'h').append(a)
        return a
f=C()
""",
    "vars": """\
class C:
    def __init__(self): self.h=0
    def __call__(self,a):
        vars(self)['h']=1
        return a
f=C()
""",
    "a generator of random numbers": """\
rng=np.random.default_rng(0)
def f(a): return a*rng.normal()
""",
    "logging": """\
import logging
def f(a):
    logging.info('a')
    return a
""",
    "a function that is handed on": """\
c=[]
def g(a): c.append(a)
def f(a): return list(map(g,[a]))
""",
    "an array": """\
c=np.zeros(3)
def f(a):
    c[0]+=1
    return a
""",
    "an array to write to": """\
c=np.zeros(3)
def f(a):
    return np.add(a,1,out=c)
""",
    "a file": """\
h=open('/dev/null')
def f(a):
    h.read()
    return a
""",
    "a decorator": """\
import functools
c=[]
def deco(g):
    @functools.wraps(g)
    def inner(*a):
        c.append(1)
        return g(*a)
    return inner
@deco
def f(a): return a
""",
    "a property": """\
c=[]
class C:
    @property
    def w(self):
        c.append(1)
        return 2
    def __call__(self,a): return a*self.w
f=C()
""",
    "the class above": """\
c=[]
class B:
    def __call__(self,a):
        c.append(1)
        return a
class C(B):
    def __call__(self,a): return super().__call__(a)
f=C()
""",
    "what a dictionary holds": """\
c={'a':[]}
def f(a):
    for v in c.values(): v.append(1)
    return a
""",
    "one of several functions": """\
c=[]
fs=[lambda a: a, lambda a: c.append(a)]
def f(a):
    for g in fs: a=g(a)
    return a
""",
    "one of a pair": """\
c=[[],[]]
def f(a):
    for v,w in zip(c,[1,2]): v.append(w)
    return a
""",
    "partial": """\
import functools
c=[]
def g(k,a): k.append(a)
f=functools.partial(g,c)
""",
    "what it is given": """\
c=[]
def g(k,a): k.append(a)
def f(a): g(c,a)
""",
    "what is returned": """\
c=[]
def g(): return c
def f(a): g().append(a)
""",
    "a function inside": """\
c=[]
def f(a):
    def g(b):
        c.append(b)
        return b
    return g(a)
""",
    "a lock": """\
import threading
l=threading.Lock()
def f(a):
    with l: return a
""",
    "a name in an expression": """\
c=[]
def f(a):
    (k:=c).append(1)
    return a
""",
    "a generator function": """\
c=[]
def g(a):
    c.append(a)
    yield a
def f(a):
    return [b for b in g(a)]
""",
}

COMPUTING = {
    "numbers": """\
def f(a,b):
    return np.mean((a-b)**2)
""",
    "containers of its own": """\
def f(a):
    outs=[]
    for i in range(3): outs.append(a*i)
    d={}
    d['x']=outs
    outs[0]=2
    return sum(outs)
""",
    "parts in a list": """\
class L:
    def __call__(self,x): return x*2
class C:
    def __init__(self): self.ls=[L(),L()]; self.n='abc'
    def __call__(self,x):
        hs=[]
        for i,l in enumerate(self.ls):
            x=l(x); hs.append(x)
        for n in range(2): x=getattr(self,f'l{n}',self.ls[0])(x)
        return np.concatenate(hs), self.n.upper(), [l(x) for l in self.ls]
f=C()
""",
    "a variable of its own, changed inside": """\
def f(a):
    n=0
    def g(b):
        nonlocal n
        n+=1
        return b+n
    return g(a)
""",
    "a method that it calls": """\
class C:
    def __call__(self,x): return self.help(x)
    def help(self,x):
        y=list(x.shape); y[0]=-1; y.append(3)
        return x.reshape(y)
f=C()
""",
    "random numbers that are put back": """\
def f(a): return a*np.random.normal()+random.random()
""",
    "a table of functions": """\
D={'relu':lambda a:a}
def f(a): return D['relu'](a)+D.get('relu')(a)
""",
    "its arguments": """\
def f(inputs):
    inputs['a']=1
    x=inputs.pop('b')
    x._m=3
    return x
""",
    "attributes of its own": """\
class C:
    def __call__(self,x):
        self.last=x
        self.n=getattr(self,'n',0)+1
        return x
f=C()
""",
    "a setting": """\
def make(g):
    def f(a,b): return g*np.abs(a-b)
    return f
f=make(3.0)
""",
    "itself": """\
def f(a,n=3): return a if n==0 else f(a,n-1)
""",
    "a warning": """\
import warnings
def f(a):
    warnings.warn('x')
    return a
""",
    "an error": """\
def f(a):
    if a.ndim>1: raise ValueError(f'{a}')
    try:
        return a
    except KeyError as e:
        return str(e)
""",
    "imports": """\
def f(a):
    import math
    from math import pi
    import numpy as np
    return np.sin(math.pi*a)*pi
""",
    "all arguments": """\
def f(*args,**kw):
    args=list(args); args.append(1); kw['a']=3
    return args
""",
    "generators of its own": """\
def f(a):
    return sum(x for x in (y*2 for y in a))
""",
    "a value of a table": """\
W={'a':1.0}
def f(a): return a*W['a']
""",
    "sums": """\
w=np.ones(3)
def f(a):
    a+=w
    a=a+w
    b=w*2
    b+=1
    return a+b
""",
}


def made(source, *, text=True):
    """Make the function f of a cell."""
    name = f"<cell {hash(source)}>"
    if text:
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    space = {"__name__": "__main__", "np": np}
    exec(compile(source, name, "exec"), space)
    return space["f"]


@pytest.mark.parametrize("source", ACTING.values(), ids=ACTING)
def test_code_that_changes_something_is_found(source):
    assert effects_of([made(source)]).act


@pytest.mark.parametrize("source", COMPUTING.values(), ids=COMPUTING)
def test_code_that_only_computes_may_be_called(source):
    assert effects_of([made(source)]).act is None


def test_nothing_is_called_to_find_out():
    calls = []

    class Watchful:
        def __getattr__(self, name):
            calls.append(name)
            raise AttributeError(name)

        @property
        def rate(self):
            return calls.append("rate")

        def __call__(self, x):
            return x * self.rate * self.missing

    assert effects_of([Watchful()]).act
    assert not calls


def test_what_acts_is_named():
    said = effects_of([made(ACTING["a function that it calls"])]).act
    assert said == "g changes a list"


def test_attributes_that_can_be_put_back_are_listed():
    effects = effects_of([owner := made(COMPUTING["attributes of its own"])])
    assert effects.act is None
    assert {name for item, name in effects.attributes if item is owner} == {"last", "n"}
    assert "self.n" in effects.counts


def test_an_attribute_that_somebody_is_told_of_is_not():
    source = """\
class C:
    def __setattr__(self, name, value):
        vars(self)[name] = value
    def __call__(self, x):
        self.last = x
        return x
f = C()
"""
    assert effects_of([made(source)]).act


@pytest.mark.parametrize(
    ("source", "acts"),
    [
        ("f = lambda x: np.mean(np.abs(x)) + 1", False),
        ("calls = []\nf = lambda x: calls.append(x)", True),
        ("def g(x):\n    print(x)\ndef f(x):\n    return g(x)", True),
        ("def f(x):\n    y = [x * i for i in range(3)]\n    return y[0]", False),
        ("def f(x):\n    global n\n    n = 1\n    return x", True),
    ],
)
def test_without_its_text_the_instructions_are_read(source, acts):
    """As of a Lambda that was loaded from a file."""
    code = marshal.loads(marshal.dumps(made(source, text=False).__code__))
    space = made(source, text=False).__globals__
    function = types.FunctionType(code, space)
    assert (effects_of([function]).act is not None) == acts


def test_the_text_of_another_function_is_not_taken_for_it():
    source = "calls = []\ndef f(x):\n    calls.append(x)\n    return x\n"
    function = made(source)
    name = function.__code__.co_filename
    edited = "calls = []\ndef f(x):\n    return x\n"
    linecache.cache[name] = (len(edited), None, edited.splitlines(keepends=True), name)
    assert effects_of([function]).act


def test_libraries_may_be_called_as_often_as_one_likes():
    assert effects_of([np.mean, sorted, len]).act is None


@pytest.mark.parametrize(("body", "acts"), [("return x + 1", False), ("print(x)", True)])
def test_helpers_of_other_packages_are_read(tmp_path, monkeypatch, body, acts):
    package = tmp_path / "site-packages"
    package.mkdir()
    (package / "helpful_losses.py").write_text(f"def loss(x):\n    {body}\n")
    monkeypatch.syspath_prepend(package)
    monkeypatch.delitem(sys.modules, "helpful_losses", raising=False)
    source = "import helpful_losses\ndef f(x):\n    return helpful_losses.loss(x) * 2\n"
    assert (effects_of([made(source)]).act is not None) == acts


def test_what_a_module_of_pytorch_holds_is_found_in_its_registers():
    class Module:
        def __init__(self):
            self._modules = {"hidden": abs}

    assert attribute(Module(), "hidden").objects == (abs,)
    assert not attribute(Module(), "other").objects
