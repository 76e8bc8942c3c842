"""Reads cases as JSON, gives what pip's own option parser makes of each: run with pip's Python."""

import contextlib
import io
import json
import os
import sys

from pip._internal.commands import create_command
from pip._internal.utils.misc import strtobool  # noqa: F401


def answer(case):
    os.environ.clear()
    os.environ.update(case["env"])
    sys.prefix = case["prefix"]
    silent = io.StringIO()
    try:
        with contextlib.redirect_stderr(silent), contextlib.redirect_stdout(silent):
            parser = create_command("install").parser
            parser.config.__init__(False)
            options = parser.get_default_values()
    except (SystemExit, Exception) as error:
        return {"error": str(error)[:200]}
    control = options.format_control
    return {
        "indexUrl": options.index_url,
        "extraIndexUrls": options.extra_index_urls,
        "findLinks": options.find_links,
        "noIndex": bool(options.no_index),
        "cert": options.cert,
        "clientCert": options.client_cert,
        "proxy": options.proxy,
        "trustedHosts": options.trusted_hosts,
        "timeout": options.timeout,
        "retries": options.retries,
        "pre": bool(options.pre),
        "preferBinary": bool(options.prefer_binary),
        "requireHashes": bool(options.require_hashes),
        "constraints": options.constraints,
        "noBinary": sorted(control.no_binary),
        "onlyBinary": sorted(control.only_binary),
    }


print(json.dumps([answer(case) for case in json.load(sys.stdin)]))
