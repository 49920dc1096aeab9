/** What is kept, as a file: a table in any format, everything else as it is stored. */
import { Trans, useLingui } from '@lingui/react/macro'
import { ChevronDown, Download } from 'lucide-react'

import { type Dataset, downloadOf, type Kind, useFormats } from '../api/datasets'
import { Button, MenuButton, MenuItem, toast } from '../ui'
import { fetchFile } from './saving'

export const isTable = (asset: Dataset) => asset.output.type === 'DataTable'

export async function download(kind: Kind, asset: Dataset, format?: string): Promise<void> {
  try {
    fetchFile(await downloadOf(kind, asset.id, format))
  } catch (error) {
    toast.error(error)
  }
}

/** A button that downloads, or a menu of formats where there is a choice. */
export function DownloadMenu({ kind, asset }: { kind: Kind; asset: Dataset }) {
  const { t } = useLingui()
  if (!isTable(asset)) {
    return (
      <Button icon={<Download />} onPress={() => void download(kind, asset)}>
        <Trans>Download</Trans>
      </Button>
    )
  }
  const trigger = (
    <Button icon={<Download />}>
      <Trans>Download</Trans>
      <ChevronDown aria-hidden />
    </Button>
  )
  return (
    <MenuButton label={t`Download as`} trigger={trigger}>
      <FormatItems kind={kind} asset={asset} />
    </MenuButton>
  )
}

/** An item for each format. */
export function FormatItems({ kind, asset }: { kind: Kind; asset: Dataset }) {
  const { data: formats } = useFormats()
  return (formats ?? [{ extension: 'csv', title: 'CSV' }]).map(({ extension, title }) => (
    <MenuItem key={extension} label={title} description={`.${extension}`} onAction={() => void download(kind, asset, extension)} />
  ))
}
