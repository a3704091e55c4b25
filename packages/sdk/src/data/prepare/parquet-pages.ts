import { parquetSchema, type ColumnMetaData, type Compressors, type DecodedArray, type FileMetaData } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert, convertWithDictionary, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { decompressPage, readDataPage, readDataPageV2 } from "hyparquet/src/datapage.js";
import { getMaxDefinitionLevel, getTreePath } from "hyparquet/src/schema.js";

type ColumnDecoder = Parameters<typeof readDataPageV2>[2];
type PageHeader = ReturnType<typeof parquetHeader>;

/** Consecutive rows of a column. */
export interface ParquetPage {
  readonly rows: number;
  /** A value per row; null, or undefined, where there is none. */
  readonly values: DecodedArray;
}

/** Says how the pages of a column that is not nested are decoded. */
export function columnDecoder(metadata: FileMetaData, column: ColumnMetaData, compressors: Compressors): ColumnDecoder {
  const { path_in_schema: pathInSchema, type, codec } = column;
  const schemaPath = getTreePath(parquetSchema(metadata), pathInSchema);
  const element = schemaPath.at(-1)?.element;
  if (element === undefined) throw new TypeError(`there is no column ${pathInSchema.join(".")}`);
  return { pathInSchema, type, codec, element, schemaPath, compressors, parsers: DEFAULT_PARSERS };
}

/**
 * The pages of a column in a row group, one at a time. The reader's own functions give the columns of nested data, in arrays that
 * grow value by value wherever a value may be missing; doubles without gaps are a view of the page here.
 *
 * @throws what the Parquet reader throws.
 */
export function* parquetPages(bytes: ArrayBuffer, decoder: ColumnDecoder): Generator<ParquetPage> {
  const reader = { view: new DataView(bytes), offset: 0 };
  let dictionary: DecodedArray | undefined;
  while (reader.offset < bytes.byteLength) {
    const header = parquetHeader(reader);
    const shape = header.data_page_header ?? header.data_page_header_v2;
    if (shape === undefined) {
      const { data } = readPage(reader, header, decoder, undefined, undefined, 0);
      if (data !== undefined) dictionary = convert(data, decoder);
      continue;
    }
    const page = new Uint8Array(bytes, reader.offset, header.compressed_page_size);
    reader.offset += header.compressed_page_size;
    const { dataPage, definitionLevels } = decodePage(page, header, decoder);
    const values = convertWithDictionary(dataPage, dictionary, shape.encoding, decoder);
    yield { rows: shape.num_values, values: withGaps(values, definitionLevels, shape.num_values, decoder) };
  }
}

function decodePage(page: Uint8Array, header: PageHeader, decoder: ColumnDecoder) {
  const { data_page_header: first } = header;
  if (first === undefined) return readDataPageV2(page, header, decoder);
  const { codec, compressors } = decoder;
  return readDataPage(decompressPage(page, header.uncompressed_page_size, codec, compressors), first, decoder);
}

/** Puts null where the levels say that a value is missing. */
function withGaps(
  values: DecodedArray,
  levels: readonly number[] | undefined,
  rows: number,
  { schemaPath }: ColumnDecoder,
): DecodedArray {
  if (values.length === rows || levels === undefined) return values;
  const present = getMaxDefinitionLevel(schemaPath);
  let next = 0;
  return Array.from({ length: rows }, (_, row): unknown => (levels[row] === present ? values[next++] : null));
}
