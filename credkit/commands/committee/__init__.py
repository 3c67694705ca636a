"""`credkit committee`: members and meetings, the docket, votes and decisions, minutes and letters."""

import typer

from credkit.commands.committee import deciding, docket, following, meetings, members, papers, voting

HELP = "Run the committee: docket, votes, decisions, letters."

app = typer.Typer(help=HELP, no_args_is_help=True)
app.add_typer(members.app, name="member")
app.command("conflict")(members.conflict)
app.command("schedule")(meetings.schedule_command)
app.command("meetings")(meetings.meetings_command)
app.command("agenda")(docket.agenda_command)
app.command("packet")(docket.packet_command)
app.command("attend")(meetings.attend_command)
app.command("vote")(voting.vote_command)
app.command("decide")(deciding.decide_command)
app.add_typer(following.condition_app, name="condition")
app.command("minutes")(papers.minutes_command)
app.command("letters")(papers.letters_command)
app.command("appeal")(following.appeal_command)
app.command("import")(following.import_command)
app.command("cancel")(meetings.cancel_command)
