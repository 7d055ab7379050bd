from a import first

second = first
second = eval
