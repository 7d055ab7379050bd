class Attention:
    pass


class Block:
    pass
