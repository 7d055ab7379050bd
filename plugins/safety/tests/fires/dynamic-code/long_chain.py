def f0():
    return f1()


def f1():
    return f2()


def f2():
    return f3()


def f3():
    return f4()


def f4():
    return f5()


def f5():
    return f6()


def f6():
    return f7()


def f7():
    return f8()


def f8():
    return f9()


def f9():
    return f10()


def f10():
    return f11()


def f11():
    return f12()


def f12():
    return f13()


def f13():
    return f14()


def f14():
    return f15()


def f15():
    return f16()


def f16():
    return f17()


def f17():
    return f18()


def f18():
    return f19()


def f19():
    return f20()


def f20():
    return f21()


def f21():
    return f22()


def f22():
    return f23()


def f23():
    return f24()


def f24():
    return f25()


def f25():
    return f26()


def f26():
    return f27()


def f27():
    return f28()


def f28():
    return f29()


def f29():
    return f30()


def f30():
    return f31()


def f31():
    return f32()


def f32():
    return f33()


def f33():
    return f34()


def f34():
    return f35()


def f35():
    return f36()


def f36():
    return f37()


def f37():
    return f38()


def f38():
    return f39()


def f39():
    return f40()


def f40():
    return f41()


def f41():
    return f42()


def f42():
    return f43()


def f43():
    return f44()


def f44():
    return f45()


def f45():
    return f46()


def f46():
    return f47()


def f47():
    return f48()


def f48():
    return f49()


def f49():
    return f50()


def f50():
    return f51()


def f51():
    return f52()


def f52():
    return f53()


def f53():
    return f54()


def f54():
    return f55()


def f55():
    return f56()


def f56():
    return f57()


def f57():
    return f58()


def f58():
    return f59()


def f59():
    return f60()


def f60():
    return f61()


def f61():
    return f62()


def f62():
    return f63()


def f63():
    return f64()


def f64():
    return f65()


def f65():
    return f66()


def f66():
    return f67()


def f67():
    return f68()


def f68():
    return f69()


def f69():
    return f70()


def f70():
    return f71()


def f71():
    return f72()


def f72():
    return f73()


def f73():
    return f74()


def f74():
    return f75()


def f75():
    return f76()


def f76():
    return f77()


def f77():
    return f78()


def f78():
    return f79()


def f79():
    return f80()


def f80():
    return f81()


def f81():
    return f82()


def f82():
    return f83()


def f83():
    return f84()


def f84():
    return f85()


def f85():
    return f86()


def f86():
    return f87()


def f87():
    return f88()


def f88():
    return f89()


def f89():
    return f90()


def f90():
    return f91()


def f91():
    return f92()


def f92():
    return f93()


def f93():
    return f94()


def f94():
    return f95()


def f95():
    return f96()


def f96():
    return f97()


def f97():
    return f98()


def f98():
    return f99()


def f99():
    return f100()


def f100():
    return f101()


def f101():
    return f102()


def f102():
    return f103()


def f103():
    return f104()


def f104():
    return f105()


def f105():
    return f106()


def f106():
    return f107()


def f107():
    return f108()


def f108():
    return f109()


def f109():
    return f110()


def f110():
    return f111()


def f111():
    return f112()


def f112():
    return f113()


def f113():
    return f114()


def f114():
    return f115()


def f115():
    return f116()


def f116():
    return f117()


def f117():
    return f118()


def f118():
    return f119()


def f119():
    return f120()


def f120():
    return eval  # expect: dynamic-code
