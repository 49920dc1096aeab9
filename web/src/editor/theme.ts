/** CodeMirror in the studio's look: every colour is a token, so both themes come by themselves. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword, tags.definitionKeyword, tags.moduleKeyword], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--code-number)' },
  { tag: [tags.comment, tags.docComment], color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.function(tags.variableName)], color: 'var(--code-name)' },
  { tag: [tags.typeName, tags.className, tags.definition(tags.className), tags.meta], color: 'var(--code-type)' },
  { tag: tags.invalid, color: 'var(--danger)' },
])

const SQUIGGLE = { backgroundImage: 'none', textDecoration: 'underline wavy', textUnderlineOffset: '3px', textDecorationSkipInk: 'none' }
const FLOATING = {
  backgroundColor: 'var(--surface-raised)',
  color: 'var(--text-1)',
  border: '0',
  borderRadius: 'var(--radius-2)',
  boxShadow: 'var(--shadow-2)',
  overflow: 'hidden',
}

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--surface-1)', color: 'var(--text-1)', fontSize: 'var(--font-size-2)', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--text-1)', padding: 'var(--space-2) 0' },
  '.cm-line': { padding: '0 var(--space-2)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text-1)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--code-selection)' },
  '.cm-content ::selection': { backgroundColor: 'var(--code-selection)' },
  '.cm-gutters': { backgroundColor: 'var(--surface-1)', color: 'var(--text-3)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 var(--space-1) 0 var(--space-2)', minWidth: '1.75rem' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--code-line)' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text-1)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-surface)', outline: '1px solid var(--accent-line)' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--danger-surface)', color: 'var(--danger)' },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'var(--code-match)' },
  '.cm-searchMatch.cm-searchMatch-selected': { backgroundColor: 'var(--code-match)', outline: '1px solid var(--warn)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--surface-3)', border: '0', color: 'var(--text-2)' },
  '.cm-placeholder': { color: 'var(--text-3)' },

  '.cm-gutter-lint': { width: '1rem' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0.25rem 0 0 0.125rem' },
  '.cm-lint-marker': { width: '0.75rem', height: '0.75rem' },
  '.cm-lint-marker-error, .cm-lint-marker-warning, .cm-lint-marker-info': { content: 'none', borderRadius: 'var(--radius-full)', transform: 'scale(0.6)' },
  '.cm-lint-marker-error': { backgroundColor: 'var(--danger)' },
  '.cm-lint-marker-warning': { backgroundColor: 'var(--warn)', borderRadius: '0' },
  '.cm-lint-marker-info': { backgroundColor: 'var(--accent)' },
  '.cm-lint-marker-hint': { display: 'none' },
  '.cm-lintRange-error': { ...SQUIGGLE, textDecorationColor: 'var(--danger)' },
  '.cm-lintRange-warning': { ...SQUIGGLE, textDecorationColor: 'var(--warn)' },
  '.cm-lintRange-info': { ...SQUIGGLE, textDecorationColor: 'var(--accent)' },
  '.cm-lintRange-hint': { backgroundImage: 'none' },
  '.cm-unnecessary': { opacity: '0.65' },
  '.cm-lintRange-active': { backgroundColor: 'var(--code-match)' },
  '.cm-diagnostic': { padding: 'var(--space-1) var(--space-2)', border: '0', borderInlineStart: '3px solid var(--line-2)', fontFamily: 'var(--font-body)', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-error': { borderInlineStartColor: 'var(--danger)' },
  '.cm-diagnostic-warning': { borderInlineStartColor: 'var(--warn)' },
  '.cm-diagnostic-info': { borderInlineStartColor: 'var(--accent)' },
  '.cm-diagnosticSource': { color: 'var(--text-3)', fontSize: 'var(--font-size-1)', opacity: '1' },
  '.cm-diagnosticAction': {
    display: 'inline-flex', alignItems: 'center', minBlockSize: '1.5rem', margin: 'var(--space-1) var(--space-1) 0 0', padding: '0 var(--space-2)',
    backgroundColor: 'var(--surface-1)', color: 'var(--accent)', border: '1px solid var(--accent-line)', borderRadius: 'var(--radius-1)',
    fontFamily: 'var(--font-body)', fontSize: 'var(--font-size-1)', fontWeight: 'var(--weight-medium)', cursor: 'default',
  },
  '.cm-diagnosticAction:hover': { backgroundColor: 'var(--accent-surface)' },
  '.cm-diagnosticText': { display: 'block' },
  '.cm-diagnosticText ~ .cm-diagnosticSource': { marginBlockStart: 'var(--space-1)' },
  '.cm-tooltip-lint': { maxWidth: '34rem' },
  '.cm-panel.cm-panel-lint ul': { maxHeight: '12rem', outlineOffset: '-2px' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': { backgroundColor: 'var(--surface-3)' },
  '.cm-panel.cm-panel-lint ul:focus [aria-selected]': { backgroundColor: 'var(--accent-surface)', color: 'var(--text-1)' },
  '.cm-panel.cm-panel-lint .cm-diagnostic': { paddingInlineEnd: 'var(--space-6)' },
  '.cm-panel.cm-panel-lint [name=close]': { insetInlineEnd: 'var(--space-1)', inlineSize: 'var(--control-small)', blockSize: 'var(--control-small)', color: 'var(--text-2)', fontSize: 'var(--font-size-4)' },

  '.cm-failed-line, &.cm-focused .cm-failed-line': { backgroundColor: 'var(--danger-surface)', boxShadow: 'inset 3px 0 0 var(--danger)' },
  // No margin: CodeMirror measures without it.
  '.cm-failure': { padding: '0 var(--space-2) var(--space-1)' },
  '.cm-failure-words': {
    display: 'flex', flexDirection: 'column', padding: 'var(--space-1) var(--space-2)',
    borderRadius: 'var(--radius-1)', backgroundColor: 'var(--danger-surface)', color: 'var(--danger)', fontFamily: 'var(--font-body)',
    whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', userSelect: 'text', cursor: 'text',
  },
  '.cm-failure-title': { fontSize: 'var(--font-size-1)', fontWeight: 'var(--weight-strong)' },

  '.cm-tooltip': FLOATING,
  '.cm-tooltip-arrow': { display: 'none' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-code)', maxHeight: '16rem', minWidth: '14rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: 'var(--space-1) var(--space-2)', display: 'flex', alignItems: 'center', gap: 'var(--space-1)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent-surface)', color: 'var(--text-1)' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: 'var(--weight-strong)', color: 'var(--accent)' },
  '.cm-completionDetail': { color: 'var(--text-3)', fontStyle: 'normal', fontSize: 'var(--font-size-1)', marginInlineStart: 'auto', paddingInlineStart: 'var(--space-3)' },
  '.cm-completionIcon': { color: 'var(--text-3)', opacity: '1', width: '1.1em', paddingInlineEnd: 'var(--space-1)' },
  '.cm-tooltip.cm-completionInfo': { ...FLOATING, padding: '0', maxWidth: '26rem' },
  '.cm-told': { maxWidth: '34rem', maxHeight: '18rem', overflow: 'auto', padding: 'var(--space-2) var(--space-3)' },
  '.cm-told-code': { fontFamily: 'var(--font-code)', fontSize: 'var(--font-size-1)', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '.cm-told-help': { fontFamily: 'var(--font-body)', fontSize: 'var(--font-size-1)', color: 'var(--text-2)', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '.cm-told-code + .cm-told-help': { marginBlockStart: 'var(--space-2)', paddingBlockStart: 'var(--space-2)', borderBlockStart: '1px solid var(--line-1)' },
  '.cm-signature': { maxWidth: '28rem' },
  '.cm-told-code + .cm-signature-detail': { fontFamily: 'var(--font-code)', marginBlockStart: 'var(--space-1)', paddingBlockStart: 'var(--space-1)' },
  '.cm-signature-active': { color: 'var(--accent)', fontWeight: 'var(--weight-strong)' },

  '.cm-panels': { backgroundColor: 'var(--surface-2)', color: 'var(--text-1)', zIndex: '5' },
  '.cm-panels.cm-panels-top': { borderBlockEnd: '1px solid var(--line-1)' },
  '.cm-panel.cm-search': { padding: 'var(--space-2)', paddingInlineEnd: 'var(--space-6)', fontFamily: 'var(--font-body)', display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 'var(--space-1)' },
  '.cm-panel.cm-search br': { display: 'none' },
  '.cm-panel.cm-search label': { display: 'inline-flex', alignItems: 'center', gap: 'var(--space-1)', fontSize: 'var(--font-size-1)', minBlockSize: 'var(--control-small)' },
  '.cm-panel.cm-search [name=close]': { insetBlockStart: 'var(--space-2)', insetInlineEnd: 'var(--space-1)', inlineSize: 'var(--control-small)', blockSize: 'var(--control-small)', color: 'var(--text-2)', fontSize: 'var(--font-size-4)' },
  '.cm-textfield': { backgroundColor: 'var(--surface-1)', color: 'var(--text-1)', border: '1px solid var(--line-strong)', borderRadius: 'var(--radius-1)', minBlockSize: 'var(--control-small)', padding: '0 var(--space-2)', margin: '0', fontSize: 'var(--font-size-2)', flex: '1 1 8rem', minInlineSize: '0' },
  // In a line of its own, with its buttons.
  '.cm-textfield[name=replace]': { flexBasis: '55%' },
  '.cm-textfield:focus-visible': { outline: '2px solid var(--focus)', outlineOffset: '0' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--surface-1)', color: 'var(--text-1)', border: '1px solid var(--line-2)', borderRadius: 'var(--radius-1)', minBlockSize: 'var(--control-small)', padding: '0 var(--space-2)', margin: '0', fontSize: 'var(--font-size-1)' },
  '.cm-button:hover': { backgroundColor: 'var(--surface-3)' },
})

export const theme: Extension = [look, syntaxHighlighting(highlight)]
