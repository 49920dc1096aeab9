/** Files on their way, each with its progress and what became of it. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CircleCheck, RotateCw, X } from 'lucide-react'

import { links } from '../app/links'
import { Button, formatBytes, IconButton, Panel, Progress, wordsOf } from '../ui'
import { NameLink } from './Crumb'
import { Fault } from './Fault'
import styles from './UploadTray.module.css'
import { hasEnded, isUnderWay, type Upload, useUploads } from './uploads'

export function UploadTray() {
  const { uploads, clear } = useUploads()
  if (uploads.length === 0) return null
  const left = uploads.filter((each) => !hasEnded(each)).length
  const title =
    left > 0 ? <Plural value={left} one="Uploading # file" other="Uploading # files" /> : <Trans>Uploads</Trans>
  const actions = uploads.some(hasEnded) && (
    <Button size="small" variant="quiet" onPress={clear}>
      <Trans>Clear</Trans>
    </Button>
  )
  return (
    <Panel isFramed title={title} actions={actions}>
      <ul className={styles.list} aria-live="polite">
        {uploads.map((each) => (
          <UploadRow key={each.id} upload={each} />
        ))}
      </ul>
    </Panel>
  )
}

function UploadRow({ upload }: { upload: Upload }) {
  const { t } = useLingui()
  const { cancel, retry } = useUploads()
  const { file, name } = upload
  return (
    <li className={styles.row}>
      <Mark upload={upload} />
      <div className={styles.text}>
        {upload.dataset ? <NameLink href={links.dataset(name)}>{name}</NameLink> : <span className={styles.name}>{name}</span>}
        <span className={styles.told}>
          <Told upload={upload} />
        </span>
        {isUnderWay(upload) && (
          <Progress label={t`Upload of ${file.name}`} value={upload.status === 'reading' ? null : upload.sent / file.size} />
        )}
      </div>
      {/* What the server reads already is kept, whether anybody waits for it or not. */}
      {(upload.status === 'waiting' || upload.status === 'sending') && (
        <IconButton label={t`Cancel the upload of ${file.name}`} icon={<X />} size="small" onPress={() => cancel(upload.id)} />
      )}
      {(upload.status === 'failed' || upload.status === 'canceled') && (
        <IconButton label={t`Upload ${file.name} again`} icon={<RotateCw />} size="small" onPress={() => retry(upload.id)} />
      )}
    </li>
  )
}

function Mark({ upload: { status } }: { upload: Upload }) {
  if (status === 'done') return <CircleCheck className={styles.ok} aria-hidden />
  if (status === 'failed' || status === 'refused') return <CircleAlert className={styles.danger} aria-hidden />
  return <span className={styles.space} />
}

function Told({ upload }: { upload: Upload }) {
  const { file, status, dataset } = upload
  const size = formatBytes(file.size)
  switch (status) {
    case 'waiting':
      return <Trans>Waiting for its turn, {size}</Trans>
    case 'sending': {
      const sent = formatBytes(upload.sent)
      return <Trans>{sent} of {size}</Trans>
    }
    case 'reading':
      return <Trans>The server reads it, {size}</Trans>
    case 'canceled':
      return <Trans>Canceled</Trans>
    case 'refused':
      return <Fault fault={upload.fault ?? 'format'} file={file} />
    case 'failed':
      return <>{wordsOf(upload.error)}</>
    case 'done':
      return dataset?.output.rows == null ? (
        <Trans>Kept as version {dataset?.version}</Trans>
      ) : (
        <Plural
          value={dataset.output.rows}
          one={`Kept as version ${dataset.version}: # row, ${dataset.output.columns?.length ?? 0} columns`}
          other={`Kept as version ${dataset.version}: # rows, ${dataset.output.columns?.length ?? 0} columns`}
        />
      )
  }
}
