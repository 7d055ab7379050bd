TEMPLATE = "{0.__class__.__init__.__globals__}"


def patterns(x):
    match x:
        case object(__class__=c):  # expect: unsafe-attribute
            return c
        case [object(__dict__=d)]:  # expect: unsafe-attribute
            return d
        case object(gi_frame=f):  # expect: unsafe-attribute
            return f


def templates(x):
    "{0.__class__}".format(x)  # expect: unsafe-attribute
    "{a.__globals__[os]}".format(a=x)  # expect: unsafe-attribute
    "{:{0.__code__}}".format(x)  # expect: unsafe-attribute
    "{x.__globals__}".format_map({"x": x})  # expect: unsafe-attribute
    str.format("{0.__globals__}", x)  # expect: unsafe-attribute
    TEMPLATE.format(x)  # expect: unsafe-attribute
    ("{0.__cl" + "ass__}").format(x)  # expect: unsafe-attribute
    f = "{0.f_back}".format  # expect: unsafe-attribute
    return f(x)
