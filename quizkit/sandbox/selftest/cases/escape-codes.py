# trick: prints escape codes, a title, a link and a clear screen
# outcome: returned
# layer: text
print("\x1b[2J\x1b]0;title\x07\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\\x9b31m")
