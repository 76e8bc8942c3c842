{ render = _: ""; }
