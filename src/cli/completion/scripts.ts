import type { Shell } from './shells.ts'

/**
 * Every script asks `hunt complete -- <words up to the cursor>` and reads lines of value, tab, description; no line means
 * that file names are wanted. @bomb.sh/tab was tried for this: its bash script needs the bash-completion package, which a
 * jump box rarely has, and it prints past our streams.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for hunt. Load it with: source <(hunt completion bash)
_hunt() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(hunt complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _hunt hunt
`,
  zsh: `#compdef hunt
# zsh completion for hunt. Load it with: source <(hunt completion zsh)
_hunt() {
  local line
  local -a candidates
  for line in "\${(@f)$(hunt complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#candidates )); then
    [[ \${words[CURRENT]} == --*=* ]] && compset -P '*='
    _describe 'hunt' candidates
  else
    _files
  fi
}
compdef _hunt hunt
`,
  fish: `# fish completion for hunt. Load it with: hunt completion fish | source
function __hunt_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l candidates (hunt complete -- $words[2..-1] 2>/dev/null)
    if test (count $candidates) -gt 0
        printf '%s\\n' $candidates
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c hunt -f -a '(__hunt_complete)'
`,
  powershell: `# PowerShell completion for hunt. Load it with: hunt completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName hunt -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    # Windows PowerShell drops empty arguments of programs, so a blank stands for the word that has not begun.
    if ($wordToComplete -eq '') { $words += ' ' }
    hunt complete '--' @words 2>$null | ForEach-Object {
        $value, $description = $_ -split "\`t", 2
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
    }
}
`,
}
