// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISubmissionSignatures} from "./ISubmissionSignatures.sol";

/// @title SubmissionSignatures
/// @dev TRUST
/// - None: it holds nothing and changes nothing. Its market asks it, and settles nothing for an operator that did not sign.
/// - An operator that is a contract is asked by a static call with all the gas there is: it can only fail the transaction of
///   whoever relays for it.
/// @dev A contract of its own, because the market has no room for it (EIP-170).
contract SubmissionSignatures is ISubmissionSignatures, EIP712 {
    constructor() EIP712("Corex", "1") {}

    /// @inheritdoc ISubmissionSignatures
    function isSigned(address operator, bytes32 statementHash, bytes calldata signature) external view returns (bool) {
        return SignatureChecker.isValidSignatureNowCalldata(operator, _hashTypedDataV4(statementHash), signature);
    }
}
