import { useLingui } from '@lingui/react/macro'
import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'

import { useEditorActions } from './actions'
import styles from './Canvas.module.css'
import { useView } from './context'
import { type GroupFlow, nameOf } from './flow'
import { NameField } from './NameField'

/** The frame around the nodes of a group; its title moves them all. */
export const GroupNode = memo(function GroupNode({ id, data: { members } }: NodeProps<GroupFlow>) {
  const { t } = useLingui()
  const title = nameOf(id)
  const actions = useEditorActions()
  const isRenaming = useView((view) => view.renaming?.kind === 'group' && view.renaming.id === title)
  return (
    <div className={styles.frame}>
      {isRenaming ? (
        <NameField label={t`Title of the group`} value={title} onDone={(name) => actions.renamed('group', title, name)} />
      ) : (
        <button
          type="button"
          className={`${styles.frameHead ?? ''} frame-head`}
          tabIndex={-1}
          aria-label={t`Group ${title}: choose its nodes`}
          onClick={() => actions.choose(members)}
          onDoubleClick={(event) => {
            event.stopPropagation()
            actions.rename('group', title)
          }}
        >
          {title}
        </button>
      )}
    </div>
  )
})
