name = "somebody_else"
