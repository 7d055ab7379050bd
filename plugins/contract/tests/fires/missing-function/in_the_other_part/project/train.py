import net

X = net
