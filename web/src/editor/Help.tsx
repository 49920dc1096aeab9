import type { EditorView } from '@codemirror/view'
import { useEffect } from 'react'

import { ConversionDialog } from './ConversionDialog'
import { FixMenu } from './FixMenu'
import { ImportDialog } from './ImportDialog'
import type { Offer } from './problems'

/** Fixes at the cursor, a module that cannot be imported, or a script of Python 2. */
export type Asked = { readonly offers: readonly Offer[] } | { readonly module: string } | 'conversion'

interface HelpProps {
  asked: Asked
  view: EditorView
  environment: string
  onClose: () => void
}

/** What the editor offers against a problem; afterwards one goes on writing. */
export function Help({ asked, view, environment, onClose }: HelpProps) {
  // What was pressed to open it may be gone. Only in the next frame is the page behind the dialog to be focused.
  useEffect(() => () => void requestAnimationFrame(() => view.focus()), [view])
  if (asked === 'conversion') return <ConversionDialog view={view} onClose={onClose} />
  if ('module' in asked) return <ImportDialog module={asked.module} environment={environment} onClose={onClose} />
  return <FixMenu view={view} offers={asked.offers} onClose={onClose} />
}
