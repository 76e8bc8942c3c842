import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type HttpErrorCode =
  | "http-offline"
  | "http-url"
  | "http-not-found"
  | "http-auth"
  | "http-status"
  | "http-redirect"
  | "http-timeout"
  | "http-stalled"
  | "http-reset"
  | "http-tls"
  | "http-certificates"
  | "http-proxy"
  | "http-dns"
  | "http-refused"
  | "http-too-large"
  | "http-answer"
  | "http-no-range"
  | "http-wrong-hash"
  | "http-wrong-size"
  | "http-write";

export const HTTP_ERRORS: Readonly<Record<HttpErrorCode, ErrorEntry>> = {
  "http-offline": {
    exit: EXIT.network,
    title: "Needed from the network while offline",
    explain:
      "The run was told to stay offline, and something it needs is not kept locally. Run once without --offline with the same input: every answer is kept, and the same run then works offline.",
  },
  "http-url": {
    exit: EXIT.badInput,
    title: "An address that cannot be fetched",
    explain: "Only http and https addresses with a host can be fetched over the network.",
  },
  "http-not-found": {
    exit: EXIT.network,
    title: "The server has no such file or page",
    explain:
      "The server answered 404 or 410. Check the spelling, and that the index address is the one meant.",
  },
  "http-auth": {
    exit: EXIT.network,
    title: "The server asks for credentials",
    explain:
      "The server answered 401 or 403. Credentials are taken from the address (https://user:password@host/) or from netrc (the NETRC variable or ~/.netrc), and are sent to their own host only.",
  },
  "http-status": {
    exit: EXIT.network,
    title: "The server answered with a failure",
    explain:
      "The server's status was neither success nor one with an error of its own. Overload (429) and failures of the server (5xx) are tried again first, waiting as long as the server asks.",
  },
  "http-redirect": {
    exit: EXIT.network,
    title: "A redirect that is not followed",
    explain:
      "At most ten redirects are followed, none from https to http, and none to anything but http and https.",
  },
  "http-timeout": {
    exit: EXIT.network,
    title: "No answer in time",
    explain:
      "The connection was not made, or the answer did not begin, within the time allowed (PIP_DEFAULT_TIMEOUT sets it, in seconds). It was tried several times.",
  },
  "http-stalled": {
    exit: EXIT.network,
    title: "The transfer stopped",
    explain:
      "The answer began, and then no byte arrived for the time allowed (PIP_DEFAULT_TIMEOUT sets it, in seconds). What has arrived of a file is kept, and the next run goes on from there.",
  },
  "http-reset": {
    exit: EXIT.network,
    title: "The connection broke",
    explain:
      "The other side closed the connection before its answer was complete, several times. What has arrived of a file is kept, and the next run goes on from there.",
  },
  "http-tls": {
    exit: EXIT.network,
    title: "The server's certificate is not trusted, or no secure connection could be made",
    explain:
      "Trusted certificates come from pip's `cert` setting or PIP_CERT, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE and SSL_CERT_DIR, the first that is set, else from the system and Node; NODE_EXTRA_CA_CERTS adds to them. A client certificate comes from pip's `client-cert`.",
  },
  "http-certificates": {
    exit: EXIT.badInput,
    title: "A certificate file cannot be used",
    explain:
      "A file of trusted certificates or of a client certificate, as settings or variables name it, is missing, unreadable or not PEM.",
  },
  "http-proxy": {
    exit: EXIT.network,
    title: "The proxy refused or cannot be used",
    explain:
      "Proxies come from pip's `proxy` setting and HTTPS_PROXY, HTTP_PROXY, ALL_PROXY; NO_PROXY lists hosts reached directly. They must be http or https proxies.",
  },
  "http-dns": {
    exit: EXIT.network,
    title: "The host name is not known",
    explain: "The name could not be looked up: it is misspelled, or there is no network.",
  },
  "http-refused": {
    exit: EXIT.network,
    title: "No connection to the server",
    explain:
      "Nothing listens at that address, or no route leads there. Check the address, the port and the network.",
  },
  "http-too-large": {
    exit: EXIT.network,
    title: "The answer is larger than allowed",
    explain:
      "Answers are bounded, counted after decompression, so that a broken or hostile server cannot fill memory or disk.",
  },
  "http-answer": {
    exit: EXIT.network,
    title: "The answer is not valid HTTP",
    explain:
      "Headers that are too long or malformed, a body that does not decompress, or a range other than the one asked for.",
  },
  "http-no-range": {
    exit: EXIT.network,
    title: "The server does not serve parts of files",
    explain:
      "The server ignored a request for part of a file, and the whole file is too large to be taken instead.",
  },
  "http-wrong-hash": {
    exit: EXIT.integrity,
    title: "A downloaded file is not the one expected",
    explain: "The file's SHA-256 is not the one that was recorded. It has been removed.",
  },
  "http-wrong-size": {
    exit: EXIT.integrity,
    title: "A downloaded file has not the size expected",
    explain: "The file's size is not the one that was recorded. It has been removed.",
  },
  "http-write": {
    exit: EXIT.failed,
    title: "A download cannot be written",
    explain: "The disk is full, or the folder cannot be written to. The file has been removed.",
  },
};

export const httpError: ErrorMaker<typeof HTTP_ERRORS> = errorMaker(HTTP_ERRORS);
