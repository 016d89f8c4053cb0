import type { Command } from './command.js';

export const shells = ['bash', 'zsh', 'fish'] as const;

/** A command and its name. */
export interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

/** The script that makes a shell complete command lines of `throughline`. */
export function completionScript(shell: (typeof shells)[number], commands: readonly NamedCommand[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return zshScript(commands);
    case 'fish':
      return fishScript(commands);
  }
}

const optionsEverywhere = ['--help'];

function optionsOf({ command }: NamedCommand): readonly string[] {
  return [...Object.keys(command.options).map((name) => `--${name}`), ...optionsEverywhere];
}

/** Options with a value, and what that is: one of some words, a file, or (an empty list) nothing that is known. */
function valuesOf({ command }: NamedCommand) {
  return Object.entries(command.options)
    .filter(([, { type }]) => type === 'string')
    .map(([name, { values = [], isFile = false }]) => ({ option: `--${name}`, values, isFile }));
}

function bashScript(commands: readonly NamedCommand[]): string {
  const cases = commands.map((one) => {
    const { first = [], areFiles = false } = one.command.words;
    const values = valuesOf(one).map(({ option, values: words, isFile }) => {
      const reply = isFile ? 'compgen -f -- "$word"' : `compgen -W ${quoted(words.join(' '))} -- "$word"`;
      return `        ${option}) _throughline_reply < <(${reply}); return ;;`;
    });
    const previous =
      values.length === 0 ? '' : `      case "$previous" in\n${values.join('\n')}\n      esac\n`;
    return `    ${one.name})\n${previous}      options=${quoted(optionsOf(one).join(' '))} words=${quoted(first.join(' '))} files=${areFiles ? 1 : 0} ;;`;
  });
  return `# bash completion of throughline
_throughline_reply() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done
}
_throughline() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" options='' words='' files=0
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    _throughline_reply < <(compgen -W ${quoted([...commands.map(({ name }) => name), ...optionsEverywhere].join(' '))} -- "$word")
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) return ;;
  esac
  if [[ $word == -* ]]; then
    _throughline_reply < <(compgen -W "$options" -- "$word")
  elif [[ -n $words && $COMP_CWORD -eq 2 ]]; then
    _throughline_reply < <(compgen -W "$words" -- "$word")
  elif [[ $files -eq 1 ]]; then
    _throughline_reply < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _throughline throughline
`;
}

function zshScript(commands: readonly NamedCommand[]): string {
  const cases = commands.map((one) => {
    const { first = [], areFiles = false } = one.command.words;
    const specs = Object.entries(one.command.options).map(([name, option]) => {
      const { type, about, multiple = false, value = 'TEXT', values, isFile = false } = option;
      const action = values === undefined ? (isFile ? '_files' : ' ') : `(${values.join(' ')})`;
      const argument = type === 'string' ? `:${value.replaceAll(/[:[\]]/g, ' ')}:${action}` : '';
      return quoted(`${multiple ? '*' : ''}--${name}[${about.replaceAll(/[[\]]/g, '')}]${argument}`);
    });
    const rest =
      first.length > 0 ? [quoted(`2:word:(${first.join(' ')})`)] : areFiles ? [quoted('*:file:_files')] : [];
    return `    ${one.name}) _arguments ${[...specs, quoted('--help[say what it does]'), ...rest].join(' ')} ;;`;
  });
  const described = commands.map(({ name, command }) => quoted(`${name}:${command.summary}`));
  return `#compdef throughline
_throughline() {
  local -a known
  known=(${described.join(' ')})
  if (( CURRENT == 2 )); then
    _describe command known
    return
  fi
  case "$words[2]" in
${cases.join('\n')}
  esac
}
if [[ "$funcstack[1]" == _throughline ]]; then _throughline "$@"; else compdef _throughline throughline; fi
`;
}

function fishScript(commands: readonly NamedCommand[]): string {
  const lines = commands.flatMap((one) => {
    const { name, command } = one;
    const { first = [], areFiles = false } = command.words;
    const here = `complete -c throughline -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c throughline -n __fish_use_subcommand -a ${name} -d ${fishQuoted(command.summary)}`,
      ...(first.length === 0 ? [] : [`${here} -a ${fishQuoted(first.join(' '))}`]),
      ...(areFiles ? [`${here} -F`] : []),
      ...Object.entries(command.options).map(([option, { type, about, values, isFile = false }]) => {
        const value = type === 'boolean' ? '' : isFile ? ' -r -F' : ' -x';
        const known = values === undefined ? '' : ` -a ${fishQuoted(values.join(' '))}`;
        return `${here} -l ${option} -d ${fishQuoted(about)}${value}${known}`;
      }),
    ];
  });
  return `# fish completion of throughline\ncomplete -c throughline -f\n${lines.join('\n')}\n`;
}

/** For bash and zsh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
