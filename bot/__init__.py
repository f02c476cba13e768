"""Paperround: trending research papers in the channels where people already talk."""
