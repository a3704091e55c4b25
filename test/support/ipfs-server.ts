import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";

/** How the server misbehaves: flips a bit of what it serves, answers a wrong key, serves too much, never answers, refuses. */
export type IpfsFault = "corrupt" | "lie" | "huge" | "silent" | "refuse";

const CODECS: Readonly<Record<string, number>> = { raw: 0x55, "dag-pb": 0x70 };
const HUGE_BYTES = 3 * 1024 * 1024;

/** The block API of an IPFS node (Kubo's RPC) over a folder: hashes what it is given and keeps it under its CID. */
export class IpfsServer {
  /** Requests served, by path. */
  readonly requests: string[] = [];
  fault: IpfsFault | undefined;
  readonly #folder: string;
  readonly #server: Server;

  private constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => refuse(response, String(error)));
    });
  }

  static async start(folder: string): Promise<IpfsServer> {
    const server = new IpfsServer(folder);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    this.requests.push(pathname);
    if (this.fault === "silent") return;
    if (request.method !== "POST") return void response.writeHead(405).end();
    if (this.fault === "refuse") return refuse(response, "the disk is full");
    const name = searchParams.get("arg") ?? "";
    switch (pathname) {
      case "/api/v0/block/put":
        return this.#put(response, await readForm(request), searchParams);
      case "/api/v0/block/get":
        return this.#get(response, name);
      case "/api/v0/block/stat":
        if (!existsSync(this.#path(name))) return refuse(response, "ipld: could not find block");
        return json(response, { Key: name, Size: readFileSync(this.#path(name)).length });
      default:
        response.writeHead(404).end();
    }
  }

  #put(response: ServerResponse, bytes: Uint8Array, query: URLSearchParams): void {
    const codec = CODECS[query.get("cid-codec") ?? ""];
    if (codec === undefined || query.get("mhtype") !== "sha2-256") return refuse(response, "unknown codec or hash");
    const digest = createHash("sha256").update(bytes).digest();
    const key = CID.createV1(codec, createDigest(0x12, digest)).toString();
    writeFileSync(this.#path(key), bytes);
    json(response, { Key: this.fault === "lie" ? `${key.slice(0, -1)}a` : key, Size: bytes.length });
  }

  #get(response: ServerResponse, name: string): void {
    if (this.fault === "huge") return void response.writeHead(200).end(Buffer.alloc(HUGE_BYTES));
    if (!existsSync(this.#path(name)))
      return refuse(response, "block was not found locally (offline): ipld: could not find");
    const bytes = readFileSync(this.#path(name));
    if (this.fault === "corrupt") bytes[0] = (bytes[0] ?? 0) ^ 1;
    response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
  }

  #path(name: string): string {
    return join(this.#folder, CID.parse(name).toString());
  }
}

/** The one file of a multipart form, parsed by the platform. */
async function readForm(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = { "content-type": request.headers["content-type"] ?? "" };
  const form = await new Response(Buffer.concat(chunks), { headers }).formData();
  const file = form.get("data");
  if (file === null || typeof file === "string") throw new Error("no file in the form");
  return new Uint8Array(await file.arrayBuffer());
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, message: string): void {
  response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ Message: message, Code: 0 }));
}
