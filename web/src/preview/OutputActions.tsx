import { useLingui } from '@lingui/react/macro'
import { Bug, ChevronDown, Download, NotebookPen, Save } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { type Kind, useFormats } from '../api/datasets'
import { type Place, placeOf } from '../api/outputs'
import { DebugDialog } from '../debugging/DebugDialog'
import { Button } from '../ui/Button'
import { MenuButton, MenuItem } from '../ui/Menu'
import { Tip } from '../ui/Tooltip'
import { toast } from '../ui/toasts'
import { SaveDialog } from './SaveDialog'
import { download, downloadAnswer } from './files'
import { type Shown, keptAs, viewOf } from './kinds'
import styles from './pane.module.css'

const quietly = (work: Promise<void>) => void work.catch(toast.error)

/** Download, keep under a name, go on elsewhere: as far as the type allows. Where there is little room only icons are seen. */
export function OutputActions({ source, type }: Shown) {
  const { t } = useLingui()
  const [isSaving, setSaving] = useState(false)
  const place = placeOf(source)
  const kind = keptAs(type)
  const words: Record<Kind, string> = {
    dataset: t`Save as dataset`,
    'trained-model': t`Save as trained model`,
    transform: t`Save as transform`,
  }
  return (
    <>
      {place && viewOf(type) === 'device' && <DebugButton place={place} />}
      {place && type === 'DataTable' && <NotebookButton source={source} place={place} />}
      {place && kind && (
        <Action
          word={words[kind]}
          tip={t`Keep it in the workspace under a name`}
          icon={<Save />}
          onPress={() => setSaving(true)}
        />
      )}
      {type === 'DataTable' ? <FormatMenu source={source} /> : <DownloadButton source={source} />}
      {isSaving && place && kind && (
        <SaveDialog source={source} kind={kind} title={words[kind]} name={place.node} onClose={() => setSaving(false)} />
      )}
    </>
  )
}

interface ActionProps {
  word: string
  tip: string
  icon: ReactNode
  onPress: () => void
}

function Action({ word, tip, icon, onPress }: ActionProps) {
  return (
    <Tip text={tip}>
      <Button size="small" variant="quiet" icon={icon} onPress={onPress}>
        <span className={styles.word}>{word}</span>
      </Button>
    </Tip>
  )
}

function FormatMenu({ source }: { source: string }) {
  const { t } = useLingui()
  const { data: formats } = useFormats()
  const trigger = (
    <Button size="small" variant="quiet" icon={<Download />}>
      <span className={styles.word}>{t`Download`}</span>
      <ChevronDown aria-hidden />
    </Button>
  )
  return (
    <MenuButton label={t`Download as`} trigger={trigger}>
      {(formats ?? []).map(({ extension, title }) => (
        <MenuItem
          key={extension}
          label={title}
          description={`.${extension}`}
          onAction={() => quietly(download(source, extension))}
        />
      ))}
    </MenuButton>
  )
}

function DownloadButton({ source }: { source: string }) {
  const { t } = useLingui()
  return (
    <Action
      word={t`Download`}
      tip={t`Download it as it is stored`}
      icon={<Download />}
      onPress={() => quietly(download(source))}
    />
  )
}

function NotebookButton({ source, place }: { source: string; place: Place }) {
  const { t } = useLingui()
  const fetch = () => quietly(downloadAnswer(`${source}/notebook`, `${place.node}-${place.port}.zip`))
  return <Action word={t`Notebook`} tip={t`Download it with a notebook that opens it`} icon={<NotebookPen />} onPress={fetch} />
}

function DebugButton({ place: { run, node } }: { place: Place }) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Action word={t`Debug`} tip={t`Run the script with its inputs elsewhere, or step through it`} icon={<Bug />} onPress={() => setOpen(true)} />
      {isOpen && <DebugDialog node={node} run={run} onClose={() => setOpen(false)} />}
    </>
  )
}
