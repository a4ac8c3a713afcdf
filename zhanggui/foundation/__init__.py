"""The ground: what every room stands on. It knows no shop words."""
