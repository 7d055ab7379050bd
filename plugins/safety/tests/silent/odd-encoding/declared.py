#!/usr/bin/env python
# -*- coding: UTF-8 -*-
NAME = "größe"
