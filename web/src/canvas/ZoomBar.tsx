import { useLingui } from '@lingui/react/macro'
import { Map, Maximize, Minus, Plus } from 'lucide-react'

import { IconButton, ToggleButton } from '../ui/Button'
import { Tip } from '../ui/Tooltip'
import styles from './Canvas.module.css'
import { useHandle, useView } from './context'

const QUICK = { duration: 200 }

export function ZoomBar() {
  const { t } = useLingui()
  const { flow, view } = useHandle()
  const isMapOpen = useView((state) => state.isMapOpen)
  return (
    <div className={styles.zoom} role="toolbar" aria-label={t`Zoom`}>
      <IconButton size="small" label={t`Zoom out`} keys="-" icon={<Minus />} onPress={() => void flow.current?.zoomOut(QUICK)} />
      <IconButton size="small" label={t`Zoom in`} keys="+" icon={<Plus />} onPress={() => void flow.current?.zoomIn(QUICK)} />
      <IconButton size="small" label={t`Show all`} keys="1" icon={<Maximize />} onPress={() => void flow.current?.fitView({ padding: 0.15, maxZoom: 1, ...QUICK })} />
      <Tip text={t`Map`}>
        <ToggleButton size="small" aria-label={t`Map`} icon={<Map />} isSelected={isMapOpen} onChange={(isOpen) => view.setState({ isMapOpen: isOpen })} />
      </Tip>
    </div>
  )
}
