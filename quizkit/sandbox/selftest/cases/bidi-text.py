# trick: prints text that reads differently than it is
# outcome: returned
# layer: text
print("\u202egnihton\u202c \u2066x\u2069 \ufeff")
