"""Texts of `--help` beyond the list of options, kept out of the parser to keep that readable."""

from sms_tui.exit_codes import MEANINGS, SIGNAL_CODES, SIGNAL_MEANING

SUMMARY = "Watch Server Migration Service tasks live, and send operations to exactly the tasks you mean."

EPILOG = (
    "exit codes:\n"
    + "".join(f"  {int(code):<{len(SIGNAL_CODES)}}  {words}\n" for code, words in MEANINGS.items())
    + f"  {SIGNAL_CODES}  {SIGNAL_MEANING}\n"
    + """
examples:
  sms-tui demo                                  try everything, nothing is real
  SMS_TUI_ENDPOINT=https://sms.ap-southeast-3.myhuaweicloud.com SMS_TUI_TOKEN=... sms-tui
  sms-tui tasks --filter 'state:fail wave=3' -o json
  sms-tui run stop web-07 --dry-run             show the request, send nothing
  sms-tui run test web-07 --wait --timeout 1800
  sms-tui watch --until 'state:success' web-07 web-08
  sms-tui explain SMS.3805

Options are accepted before and after the command. 'sms-tui COMMAND --help' tells more of each."""
)

FURTHER = "Options that work everywhere are listed by 'sms-tui --help'."

TASK = """\
TASK is an id, the beginning of one (8 characters or more, unique), or a name that only one task has.
"""

FILTER = """\
filter expressions:
  words              somewhere in the row, in any case        web prod
  column:value       the column holds the value               state:fail
  column=value       the column is exactly the value          wave=3
  column>value       greater, and < for less                  progress>80
  /regex/            somewhere in the row                     /^db-0[1-4]/
  !term              not that term                            !os:linux
Terms side by side must all hold; "quotes" keep blanks together. Numbers take units: eta<2h, size>500GB.
An age is how long ago a task changed: age<5m; when it did is a day or a time: changed>2026-11-23T02:14Z.
columns: name state stage progress speed eta source target next age id os kind wave region project limit
  created started error connected size clone billed"""

SCENARIOS = """\
scenarios: calm war-room hundred bad-link never-converges auto-launch resync-disaster
  sync-fail-rollback windows-agent-restart throttled token-expires-mid-launch post-lost
  foreign-hand left-overs unknown-states terabyte-pause golden-16-minutes golden-100-gigabytes
  nasty read-only megabytes year-2022 infeasible quota"""

SETTLING = """\
Looks at every operation whose run ended before its outcome was known, on each profile it was sent with.
It reads, and sends nothing. 'list' and 'show' do the same for a few seconds before they answer, where
credentials are found without asking; --offline keeps them from it. Code 5 if something stays unknown."""

EXAMPLES = {
    "tasks": """\
examples:
  sms-tui tasks
  sms-tui tasks --state MIGRATE_FAIL -o csv > failed.csv
  sms-tui tasks -o jsonl --filter 'wave=3 !state:success' | jq -r .id""",
    "show": """\
examples:
  sms-tui show web-07
  sms-tui show 0f3c81d2 -o json | jq .sub_tasks""",
    "run": """\
On a terminal it shows what would happen and asks, as the interface does. Without one it needs --yes.
Each operation is sent once. What was not answered is looked for by reading, and never sent again.

examples:
  sms-tui run stop web-07 web-08
  sms-tui run stop web-07 web-08 web-09 --order canary --canary-state ABORT --halt
  sms-tui run collect_log web-07 --param bucket=sms-logs
  sms-tui run speed_limit web-07 --param 'rules=08:00-20:00=100'
  sms-tui run test web-07 --yes --wait=MIGRATE_SUCCESS --timeout 3600 -o jsonl""",
    "watch": """\
Prints a line for each change of state; without TASK, of all tasks. Ends when every watched task matches
--until (code 0), when a watched task fails (1), or after --timeout seconds (6).

examples:
  sms-tui watch
  sms-tui watch web-07 --until state:success --timeout 7200
  sms-tui watch -o jsonl | tee cutover.jsonl""",
    "journal": """\
examples:
  sms-tui journal
  sms-tui journal show 6b1f
  sms-tui journal list --offline
  sms-tui journal settle --timeout 120
  sms-tui journal verify && sms-tui journal export > journal.jsonl""",
    "explain": """\
examples:
  sms-tui explain SMS.3805
  sms-tui explain 3805
  sms-tui explain disk""",
    "config": """\
examples:
  sms-tui config init
  sms-tui config validate --config ./config.toml
  sms-tui config show --profile prod""",
    "simulate": """\
Needs the extra 'serve'. The first line on stdout is JSON: url, token, user, password, domain, ak, sk and
project_id, all made up.

examples:
  sms-tui simulate --port 8080
  sms-tui simulate --scenario war-room --speed 600 --tasks 500""",
    "demo": """\
examples:
  sms-tui demo
  sms-tui demo --tasks 5000 --churn 0.05 --speed 300""",
    "schema": """\
examples:
  sms-tui schema
  sms-tui schema task | jq .properties""",
    "doctor": """\
Exit code 1 where a check failed; warnings alone are 0.

examples:
  sms-tui doctor
  sms-tui doctor --profile prod -o json | jq '.checks[] | select(.verdict == "FAILED")'""",
    "completion": """\
examples:
  source <(sms-tui completion bash)             in ~/.bashrc
  source <(sms-tui completion zsh)              in ~/.zshrc, after compinit
  sms-tui completion fish | source              in ~/.config/fish/config.fish""",
    "themes": """\
examples:
  sms-tui themes
  sms-tui themes check ~/.config/sms-tui/themes/mine.toml""",
}
