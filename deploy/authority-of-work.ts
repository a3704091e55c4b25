import type { AuthorityLine } from "./authority.ts";

/** Lines of the table of authority about work that verifiers judge: their committee, the market of work and its review. */
export const WORK_AUTHORITY: readonly AuthorityLine[] = [
  {
    contract: "WorkMarket",
    signature:
      "publishNetwork((address,uint8,uint8,bool,uint8,uint8,uint8,uint8,uint16,uint32,uint32,uint32,uint32,uint64,uint96,uint256,uint256,bytes32,uint256,bytes32,bytes32,bytes32,bytes32,bytes32,uint64))",
    role: "OPERATIONS",
    bound: "network share of each epoch's budget",
    harm: "market tasks' share of the epoch",
  },
  {
    contract: "WorkMarket",
    signature: "setProtocolFee(uint256)",
    role: "PARAMETERS",
    bound: "0 to 10 %; only tasks published later",
    harm: "owners and nodes of future tasks",
  },
  {
    contract: "WorkMarket",
    signature:
      "accept((address,uint8,uint8,bool,uint8,uint8,uint8,uint8,uint16,uint32,uint32,uint32,uint32,uint64,uint96,uint256,uint256,bytes32,uint256,bytes32,bytes32,bytes32,bytes32,bytes32,uint64),uint32,uint256)",
    role: "REVIEW",
    bound: "submitted results, once; the fee of the fragment",
    harm: "the owner of that fragment",
  },
  {
    contract: "WorkMarket",
    signature:
      "reject((address,uint8,uint8,bool,uint8,uint8,uint8,uint8,uint16,uint32,uint32,uint32,uint32,uint64,uint96,uint256,uint256,bytes32,uint256,bytes32,bytes32,bytes32,bytes32,bytes32,uint64),uint32,bool,address,uint256,bool)",
    role: "REVIEW",
    bound: "submitted results, once; the table of offences",
    harm: "the node of that fragment, and its stakers",
  },
  {
    contract: "WorkMarket",
    signature:
      "payVerifiers((address,uint8,uint8,bool,uint8,uint8,uint8,uint8,uint16,uint32,uint32,uint32,uint32,uint64,uint96,uint256,uint256,bytes32,uint256,bytes32,bytes32,bytes32,bytes32,bytes32,uint64),uint32,uint32[],uint32[])",
    role: "REVIEW",
    bound: "what is reserved for the verifiers of the fragment",
    harm: "the owner of that fragment",
  },
  {
    contract: "WorkMarket",
    signature:
      "payJackpot((address,uint8,uint8,bool,uint8,uint8,uint8,uint8,uint16,uint32,uint32,uint32,uint32,uint64,uint96,uint256,uint256,bytes32,uint256,bytes32,bytes32,bytes32,bytes32,bytes32,uint64),uint32,uint32[])",
    role: "REVIEW",
    bound: "jackpots of the task that are not won",
    harm: "the owner of the task",
  },
  {
    contract: "WorkMarket",
    signature: "takeBond(bytes32,address,uint256)",
    role: "REVIEW",
    bound: "what the account allowed the escrow to take",
    harm: "that account",
  },
  {
    contract: "WorkMarket",
    signature: "giveBond(bytes32,address,uint256)",
    role: "REVIEW",
    bound: "bonds of the task",
    harm: "challengers of results of the task",
  },
  {
    contract: "WorkReview",
    signature:
      "contest((address,uint8,uint8,bool,uint8,uint8,uint8,uint8,uint16,uint32,uint32,uint32,uint32,uint64,uint96,uint256,uint256,bytes32,uint256,bytes32,bytes32,bytes32,bytes32,bytes32,uint64),uint32,address)",
    role: "ARBITER",
    bound: "results that can be contested, by a claimant with standing; nine days, then the verdict stands",
    harm: "the node and its owner, who wait",
  },
  {
    contract: "WorkReview",
    signature:
      "rule((address,uint8,uint8,bool,uint8,uint8,uint8,uint8,uint16,uint32,uint32,uint32,uint32,uint64,uint96,uint256,uint256,bytes32,uint256,bytes32,bytes32,bytes32,bytes32,bytes32,uint64),uint32,bool)",
    role: "ARBITER",
    bound: "disputed results, once, in time; fee, reserve and the table of offences of that fragment",
    harm: "the node or the owner of that fragment, and the verifiers whose verdict it contradicts",
  },
  {
    contract: "VerifierCommittee",
    signature: "open((bytes32,uint32,address,uint8,uint8,uint8,uint32))",
    role: "REVIEW",
    bound: "hard bounds of size and times; verifiers are drawn by weight; a tenth of the stake of each",
    harm: "verifiers: their stake is held, and what they do not reveal is punished",
  },
  {
    contract: "VerifierCommittee",
    signature: "close(uint256,uint8,address,uint256)",
    role: "REVIEW",
    bound: "concluded cases that the caller opened, once; the table of offences",
    harm: "verifiers whose verdict differs from what the caller says is true",
  },
];
