# trick: prints commands for CI logs
# outcome: returned
# layer: text
print("::error file=x::planted")
print("##[group]planted")
print("[bold]planted[/bold] <b>planted</b> & ]]>")
