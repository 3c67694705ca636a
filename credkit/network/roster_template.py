"""placeholder"""


def load_template(name: str) -> None: ...
