import { Trans, useLingui } from '@lingui/react/macro'

import type { Change } from '../api/runs'
import { EmptyState } from '../ui'
import { changesByNode, isGiven, shown } from './changes'
import styles from './compare.module.css'
import { DiffLines } from './DiffLines'

/** How one experiment differs from another: node by node, texts line by line. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  const { t } = useLingui()
  const groups = changesByNode(changes)
  if (groups.length === 0) return <EmptyState title={t`The experiment was the same in both`} />
  return (
    <ul className={styles.groups}>
      {groups.map(({ node, changes: list }) => (
        <li key={node ?? ''} className={styles.group}>
          <h3>{node ?? <Trans>The experiment</Trans>}</h3>
          <ul className={styles.changes}>
            {list.map((change, place) => <li key={place}><One change={change} /></li>)}
          </ul>
        </li>
      ))}
    </ul>
  )
}

function One({ change: { kind, subject, before, after, detail } }: { change: Change }) {
  return (
    <>
      <span className={styles.what}>
        <Kind kind={kind} /> {subject && <code>{subject}</code>}
      </span>
      {detail.length > 0 ? (
        <DiffLines lines={detail} className={styles.texts} />
      ) : (
        kind !== 'node added' && kind !== 'node removed' && (
          <span className={styles.values}>
            {isGiven(before) && <><del>{shown(before)}</del> →</>} {isGiven(after) ? <ins>{shown(after)}</ins> : <Trans>nothing</Trans>}
          </span>
        )
      )}
    </>
  )
}

function Kind({ kind }: { kind: string }) {
  const { t } = useLingui()
  const words: Record<string, string> = {
    title: t`Title`,
    description: t`Description`,
    'node added': t`Added`,
    'node removed': t`Removed`,
    'node renamed': t`Renamed`,
    module: t`Module`,
    parameter: t`Parameter`,
    input: t`Input`,
    comment: t`Comment`,
    pinned: t`Pinned`,
    moved: t`Moved`,
    'web service input': t`Web service input`,
    'web service output': t`Web service output`,
    'web service parameter': t`Web service parameter`,
  }
  return words[kind] ?? kind
}
