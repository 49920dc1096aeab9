import { useLingui } from '@lingui/react/macro'
import { FileArchive } from 'lucide-react'
import { useState } from 'react'

import { type Source, useEntries, useEntry } from '../api/outputs'
import { EmptyState, ErrorState, Note } from '../ui/EmptyState'
import { Loading } from '../ui/Spinner'
import { Cell, Column, Row, Table, TableBody, TableHeader } from '../ui/Table'
import { formatBytes } from '../ui/format'
import styles from './entries.module.css'

/** The files in a zip, and the begin of the one that is chosen. */
export function EntriesView({ source }: { source: Source }) {
  const { t } = useLingui()
  const { data, error, refetch } = useEntries(source)
  const [chosen, setChosen] = useState<string | null>(null)
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  if (!data.length) return <EmptyState icon={<FileArchive />} title={t`The zip is empty`} />
  // A zip may hold the same name twice; its folders are told by the names in them.
  const files = [...new Map(data.filter(({ name }) => !name.endsWith('/')).map((entry) => [entry.name, entry])).values()]
  return (
    <div className={styles.entries}>
      <Table
        aria-label={t`Files in the zip`}
        selectionMode="single"
        selectionBehavior="replace"
        selectedKeys={chosen === null ? [] : [chosen]}
        onSelectionChange={(keys) => setChosen(keys === 'all' ? null : ([...keys][0]?.toString() ?? null))}
      >
        <TableHeader>
          <Column isRowHeader>{t`File`}</Column>
          <Column isEnd>{t`Size`}</Column>
        </TableHeader>
        <TableBody items={files}>
          {(entry) => (
            <Row id={entry.name}>
              <Cell>{entry.name}</Cell>
              <Cell isEnd>{formatBytes(entry.size)}</Cell>
            </Row>
          )}
        </TableBody>
      </Table>
      {chosen !== null && <EntryView source={source} name={chosen} />}
    </div>
  )
}

function EntryView({ source, name }: { source: Source; name: string }) {
  const { t } = useLingui()
  const { data, error } = useEntry(source, name)
  if (error && !data) return <ErrorState error={error} />
  if (!data) return <Loading />
  return (
    <section className={styles.entry} aria-label={name}>
      <h4>{name}</h4>
      {data.text === null ? (
        <Note>{t`This file is no text.`}</Note>
      ) : (
        <>
          {/* Scrolled by keyboard, so that it takes the focus. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre tabIndex={0}>{data.text}</pre>
          {data.cut && <Note>{t`Only the begin of the file is shown.`}</Note>}
        </>
      )}
    </section>
  )
}
