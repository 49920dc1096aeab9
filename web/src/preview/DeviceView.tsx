import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type Picture, type Place, pictureOf, useNodeLog } from '../api/outputs'
import { CopyButton } from '../ui/CopyButton'
import { EmptyState, ErrorState, Note } from '../ui/EmptyState'
import { Loading } from '../ui/Spinner'
import { PictureDialog } from './PictureDialog'
import styles from './device.module.css'

/** What a script printed, and the pictures that it drew, in the order in which they came. */
export function DeviceView({ place: { run, node } }: { place: Place }) {
  const { t } = useLingui()
  const { data: log, error, refetch } = useNodeLog(run, node)
  const [shown, setShown] = useState<number | null>(null)
  if (error && !log) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!log) return <Loading />
  if (!log.text && !log.notes.length && !log.pictures.length) {
    return (
      <EmptyState
        title={t`Nothing was printed or drawn`}
      >{t`What a script prints, and what it draws with matplotlib, is shown here.`}</EmptyState>
    )
  }
  return (
    <div className={styles.device}>
      {log.notes.map((note, place) => (
        <Note key={place}>{note}</Note>
      ))}
      {log.text && <Printed text={log.text} />}
      {log.pictures.length > 0 && (
        <ul className={styles.pictures} aria-label={t`Pictures`}>
          {log.pictures.map((picture, place) => (
            <li key={picture.name}>
              <Thumbnail picture={picture} address={pictureOf(run, node, picture.name)} onOpen={() => setShown(place)} />
            </li>
          ))}
        </ul>
      )}
      {shown !== null && (
        <PictureDialog
          names={log.pictures.map(({ name }) => name)}
          addressOf={(name) => pictureOf(run, node, name)}
          at={shown}
          onAt={setShown}
          onClose={() => setShown(null)}
        />
      )}
    </div>
  )
}

function Printed({ text }: { text: string }) {
  const { t } = useLingui()
  return (
    <section className={styles.printed} aria-label={t`Printed text`}>
      <header>
        <h4>{t`Printed`}</h4>
        <CopyButton text={text} label={t`Copy the text`} />
      </header>
      {/* Scrolled by keyboard, so that it takes the focus. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0}>{text}</pre>
    </section>
  )
}

function Thumbnail({ picture, address, onOpen }: { picture: Picture; address: string; onOpen: () => void }) {
  const { t } = useLingui()
  const { name } = picture
  return (
    <figure>
      <button type="button" onClick={onOpen} aria-label={t`Enlarge ${name}`}>
        <img src={address} alt="" loading="lazy" />
      </button>
      <figcaption>{name}</figcaption>
    </figure>
  )
}
