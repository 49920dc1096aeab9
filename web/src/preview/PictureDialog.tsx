import { useLingui } from '@lingui/react/macro'
import { ChevronLeft, ChevronRight, Download, Maximize, ZoomIn, ZoomOut } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'

import { percent } from '../charts/format'
import { Button, IconButton } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { toast } from '../ui/toasts'
import styles from './device.module.css'
import { downloadAnswer } from './files'

interface Props {
  names: readonly string[]
  addressOf: (name: string) => string
  at: number
  onAt: (at: number) => void
  onClose: () => void
}

const STEP = 1.25
const LEAST = 0.1
const MOST = 16

/** One picture, as large as wanted; the others are an arrow away. */
export function PictureDialog({ names, addressOf, at, onAt, onClose }: Props) {
  const { t } = useLingui()
  const [zoom, setZoom] = useState<number | null>(null) // null: as large as there is room
  const [width, setWidth] = useState(0)
  const name = names[at] ?? ''
  const change = (by: number) => setZoom((before) => Math.max(LEAST, Math.min(MOST, (before ?? 1) * by)))
  const turn = (by: number) => {
    onAt((at + by + names.length) % names.length)
    setZoom(null)
  }
  const keys: Record<string, () => void> = {
    ArrowLeft: () => turn(-1),
    ArrowRight: () => turn(1),
    '+': () => change(STEP),
    '-': () => change(1 / STEP),
    '0': () => setZoom(null),
    '1': () => setZoom(1),
  }
  function onKeyDown(event: KeyboardEvent) {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
    if (!act || (zoom !== null && event.key.startsWith('Arrow'))) return
    event.preventDefault()
    act()
  }
  const actions = (
    <div className={styles.tools}>
      {names.length > 1 && (
        <>
          <IconButton label={t`Picture before`} icon={<ChevronLeft />} onPress={() => turn(-1)} />
          <IconButton label={t`Next picture`} icon={<ChevronRight />} onPress={() => turn(1)} />
        </>
      )}
      <IconButton label={t`Smaller`} keys="-" icon={<ZoomOut />} onPress={() => change(1 / STEP)} />
      <span className={styles.zoom}>{zoom === null ? t`Fit` : percent(zoom, 0)}</span>
      <IconButton label={t`Larger`} keys="+" icon={<ZoomIn />} onPress={() => change(STEP)} />
      <IconButton label={t`Fit to the window`} keys="0" icon={<Maximize />} onPress={() => setZoom(null)} />
      <Button
        icon={<Download />}
        onPress={() => void downloadAnswer(addressOf(name), name).catch(toast.error)}
      >{t`Save picture`}</Button>
    </div>
  )
  return (
    <Dialog title={name} isOpen onClose={onClose} size="full" isFlush actions={actions}>
      <Stage label={name} onKeyDown={onKeyDown}>
        <img
          src={addressOf(name)}
          alt={name}
          data-fit={zoom === null}
          style={zoom === null ? undefined : { width: width * zoom }}
          onLoad={(event) => setWidth(event.currentTarget.naturalWidth)}
        />
      </Stage>
    </Dialog>
  )
}

interface StageProps {
  label: string
  onKeyDown: (event: KeyboardEvent) => void
  children: ReactNode
}

/** Where the picture stands. It has the focus from the beginning, so that its keys are taken. */
function Stage({ label, onKeyDown, children }: StageProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    // Arrows scroll a large picture and turn over small ones.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions
    <div ref={box} className={styles.stage} tabIndex={0} role="group" aria-label={label} onKeyDown={onKeyDown}>
      {children}
    </div>
  )
}
