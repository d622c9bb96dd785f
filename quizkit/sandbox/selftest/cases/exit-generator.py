# trick: raises GeneratorExit
# outcome: raised
# layer: harness
raise GeneratorExit
