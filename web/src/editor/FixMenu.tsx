import { useLingui } from '@lingui/react/macro'
import type { EditorView } from '@codemirror/view'

import { ContextMenu, MenuItem } from '../ui'
import type { Offer } from './problems'

interface FixMenuProps {
  view: EditorView
  offers: readonly Offer[]
  onClose: () => void
}

/** What can be done about the problem at the cursor, below it. */
export function FixMenu({ view, offers, onClose }: FixMenuProps) {
  const { t } = useLingui()
  const at = view.coordsAtPos(view.state.selection.main.head)
  return (
    <ContextMenu label={t`Quick fixes`} at={at && { x: at.left, y: at.bottom }} onClose={onClose}>
      {offers.map((offer, place) => (
        <MenuItem key={place} id={String(place)} label={offer.title} onAction={() => offer.run(view)} />
      ))}
    </ContextMenu>
  )
}
