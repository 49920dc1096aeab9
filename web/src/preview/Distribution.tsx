import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import type { ColumnProfile } from '../api/outputs'
import { type Bar, Bars } from '../charts/Bars'
import { type BoxOf, Boxes } from '../charts/Boxes'
import { Histogram } from '../charts/Histogram'
import { count, percent } from '../charts/format'
import { logarithmic } from '../charts/scales'
import { Segments, Switch } from '../ui/Choice'
import { NumberField } from '../ui/NumberField'
import styles from './preview.module.css'
import { scaleOf, textOf } from './axes'
import { cellText, numberOf } from './values'

/** How the histogram is asked for: in so many bins, even or even in the logarithm. */
export interface Drawn {
  bins: number
  isLog: boolean
}

interface Props {
  profile: ColumnProfile
  drawn: Drawn
  onDrawn: (drawn: Drawn) => void
}

type View = 'histogram' | 'box' | 'top'

/** How the values of a column lie: as a histogram, as a box plot, or the most frequent ones. */
export function Distribution({ profile, drawn, onDrawn }: Props) {
  const { t } = useLingui()
  const [wanted, setWanted] = useState<View | null>(null)
  const box = boxOf(profile)
  const views: { id: View; label: string }[] = []
  if (profile.histogram ?? drawn.isLog) views.push({ id: 'histogram', label: t`Histogram` })
  if (box) views.push({ id: 'box', label: t`Box plot` })
  if (profile.top.length) views.push({ id: 'top', label: t`Top values` })
  const view = views.find(({ id }) => id === wanted)?.id ?? views[0]?.id
  if (!view) return <p className={styles.hint}>{t`There is no value to draw.`}</p>
  return (
    <section>
      <h4>{t`Distribution`}</h4>
      {views.length > 1 && <Segments label={t`How to draw it`} options={views} value={view} onChange={setWanted} />}
      {view === 'histogram' && <HistogramView profile={profile} drawn={drawn} onDrawn={onDrawn} />}
      {view === 'box' && box && <BoxView profile={profile} box={box} />}
      {view === 'top' && <TopValues profile={profile} />}
    </section>
  )
}

function HistogramView({ profile, drawn, onDrawn }: Props) {
  const { t } = useLingui()
  const [isLogCounts, setLogCounts] = useState(false)
  const { name, type, histogram } = profile
  const edges = histogram?.edges.map((edge) => numberOf(edge, type)) ?? []
  // The bins before stand until the new ones are there: they may still be of the other kind.
  const isLog = drawn.isLog && (edges[0] ?? 0) > 0
  return (
    <>
      {histogram ? (
        <Histogram
          label={t`Histogram of ${name}`}
          bins={{ edges, counts: histogram.counts }}
          logarithmic={isLogCounts}
          text={textOf(type)}
          scale={isLog ? logarithmic : scaleOf(type)}
          {...(type.endsWith('Bytes') ? { title: t`Length in bytes` } : {})}
        />
      ) : (
        <p className={styles.hint}>{t`No value is above zero, so none has a logarithm.`}</p>
      )}
      <div className={styles.controls}>
        <NumberField
          size="small"
          label={t`Bins`}
          minValue={1}
          maxValue={200}
          step={1}
          value={drawn.bins}
          onChange={(value) => !Number.isNaN(value) && onDrawn({ ...drawn, bins: value })}
        />
        <div className={styles.switches}>
          <Switch isSelected={isLogCounts} onChange={setLogCounts}>{t`Logarithmic counts`}</Switch>
          {type !== 'DateTime' && (
            <Switch
              isSelected={drawn.isLog}
              onChange={(isOn) => onDrawn({ ...drawn, isLog: isOn })}
            >{t`Logarithmic values`}</Switch>
          )}
        </div>
      </div>
    </>
  )
}

function BoxView({ profile, box }: { profile: ColumnProfile; box: BoxOf }) {
  const { t } = useLingui()
  const { name, type } = profile
  const beyond = count(profile.box?.outliers ?? 0)
  return (
    <Boxes
      label={t`Box plot of ${name}`}
      boxes={[box]}
      text={textOf(type)}
      scale={scaleOf(type)}
      hint={t`Whiskers reach to the last values within 1.5 box lengths; ${beyond} lie beyond.`}
    />
  )
}

function TopValues({ profile }: { profile: ColumnProfile }) {
  const { t } = useLingui()
  const { name } = profile
  const total = profile.count + profile.missing
  const told = (value: number) => `${count(value)} · ${percent(value / Math.max(total, 1))}`
  const bars: Bar[] = profile.top.map((top, place) => ({
    key: String(place),
    name: top.value === '' ? t`empty text` : cellText(top.value),
    value: top.count,
    text: told(top.count),
    isQuiet: top.value === '',
  }))
  const rest = profile.count - profile.top.reduce((sum, top) => sum + top.count, 0)
  const others = count(profile.distinct - profile.top.length)
  if (rest > 0) bars.push({ key: 'rest', name: t`${others} others`, value: rest, text: told(rest), isQuiet: true })
  if (profile.missing)
    bars.push({ key: 'missing', name: t`missing`, value: profile.missing, text: told(profile.missing), isQuiet: true })
  return <Bars label={t`Most frequent values of ${name}`} bars={bars} />
}

function boxOf({ type, box, count: values, min, max, median, mean }: ColumnProfile): BoxOf | null {
  if (!box || min === null || max === null || median === null) return null
  const number = (value: NonNullable<typeof min>) => numberOf(value, type)
  return {
    name: '',
    count: values,
    min: number(min),
    low: number(box.low),
    q1: number(box.q1),
    median: number(median),
    q3: number(box.q3),
    high: number(box.high),
    max: number(max),
    mean: mean === null ? null : number(mean),
  }
}
