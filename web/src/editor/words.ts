/** CodeMirror's own words, in the page's language. */
import { t } from '@lingui/core/macro'
import { EditorState, type Extension } from '@codemirror/state'

export function words(): Extension {
  return EditorState.phrases.of({
    Find: t`Find`,
    Replace: t`Replace`,
    next: t`Next`,
    previous: t`Previous`,
    all: t`All`,
    'match case': t`Match case`,
    'by word': t`Whole words`,
    regexp: t`Regular expression`,
    replace: t`Replace`,
    'replace all': t`Replace all`,
    close: t`Close`,
    'current match': t`current match`,
    'replaced match on line $': t`replaced match on line $`,
    'replaced $ matches': t`replaced $ matches`,
    'on line': t`on line`,
    'Go to line': t`Go to line`,
    go: t`Go`,
    Diagnostics: t`Problems`,
    'No diagnostics': t`No problems`,
    Completions: t`Completions`,
    'Control character': t`Control character`,
    'Folded lines': t`Folded lines`,
    'Unfolded lines': t`Unfolded lines`,
    unfold: t`unfold`,
    to: t`to`,
  })
}
