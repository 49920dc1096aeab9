import { Trans, useLingui } from '@lingui/react/macro'
import { Download } from 'lucide-react'

import type { Dataset } from '../api/datasets'
import { links } from '../app/links'
import { Badge, Cell, Column, formatBytes, formatNumber, IconButton, MenuButton, Row, Table, TableBody, TableHeader, Time } from '../ui'
import { NameLink } from './Crumb'
import { download, FormatItems, isTable } from './DownloadMenu'

/** All versions of a dataset, the newest first. */
export function VersionTable({ versions, shown }: { versions: readonly Dataset[]; shown: number }) {
  const { t } = useLingui()
  return (
    <Table aria-label={t`Versions`}>
      <TableHeader>
        <Column id="version" isRowHeader><Trans>Version</Trans></Column>
        <Column id="created"><Trans>Saved</Trans></Column>
        <Column id="source"><Trans>From</Trans></Column>
        <Column id="description"><Trans>Description</Trans></Column>
        <Column id="rows" isEnd><Trans>Rows</Trans></Column>
        <Column id="size" isEnd><Trans>Size</Trans></Column>
        <Column id="download"><span className="hidden-visually"><Trans>Download</Trans></span></Column>
      </TableHeader>
      <TableBody items={versions.toReversed()} dependencies={[shown]}>
        {(each) => (
          <Row id={each.id}>
            <Cell>
              <NameLink href={`${links.dataset(each.name)}?version=${each.version}`}>{t`Version ${each.version}`}</NameLink>
              {each.version === shown && <> <Badge tone="accent"><Trans>shown</Trans></Badge></>}
            </Cell>
            <Cell><Time at={each.created} /></Cell>
            <Cell>{each.source}</Cell>
            <Cell>{each.description}</Cell>
            <Cell isEnd>{each.output.rows === null ? '–' : formatNumber(each.output.rows)}</Cell>
            <Cell isEnd>{formatBytes(each.output.size)}</Cell>
            <Cell isEnd><VersionDownload asset={each} /></Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}

function VersionDownload({ asset }: { asset: Dataset }) {
  const { t } = useLingui()
  const label = t`Download version ${asset.version}`
  if (!isTable(asset)) {
    return <IconButton size="small" label={label} icon={<Download />} onPress={() => void download('dataset', asset)} />
  }
  return (
    <MenuButton label={t`Download as`} trigger={<IconButton size="small" label={label} icon={<Download />} />}>
      <FormatItems kind="dataset" asset={asset} />
    </MenuButton>
  )
}
